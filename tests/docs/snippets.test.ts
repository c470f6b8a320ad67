import { readFileSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startBackend } from "../../src/backend/start.ts";
import { shapes10 } from "../../src/data/shapes10.ts";
import { chooseArms, resolveHyper } from "../../src/experiment/experiment.ts";
import { trialContext } from "../../src/experiment/trial-context.ts";
import { loadPipeline } from "../../src/run/pipeline/load-pipeline.ts";
import { checkClaimsAlone } from "../../src/run/runner/judge-claims.ts";
import { openStore } from "../../src/store/open-store.ts";
import { collect, valuesOf } from "../fixtures/streams.ts";
import { expectNoLeak } from "../fixtures/tensors.ts";
import { examplesOfSource, printed, saidToPrint } from "./examples.ts";
import { fencesOf, RUNNABLE, runnable } from "./markdown.ts";
import { commandLines } from "./program.ts";
import { loaded, saved, typeErrors } from "./snippets.ts";
import { writeStore } from "./store.ts";

const typescript = runnable("ts");
const examples = examplesOfSource().map((fence) => [`${fence.file}:${fence.line}`, fence] as const);
const isPipeline = (text: string): boolean => text.includes("export default experiment(");
const isClient = (text: string): boolean => text.includes('"gradstream/client"');

describe("blocks of TypeScript", () => {
  beforeAll(async () => {
    await startBackend("wasm");
  });

  it("name what they import", () => {
    expect(typescript.length).toBeGreaterThan(5);
    expect(examples.length).toBeGreaterThan(30);
    for (const [place, { text }] of [...typescript, ...examples]) expect(text, place).toMatch(/ from "/);
  });

  it("are all in order for the type checker", () => {
    expect(typeErrors([...typescript, ...examples].map(([, fence]) => fence))).toEqual([]);
  });

  it("shows the pipeline of the README as it is", () => {
    const [shown] = fencesOf("README.md").filter(({ language }) => language === "ts");
    expect(`${shown!.text}\n`).toBe(readFileSync("pipelines/clipped-activations.ts", "utf8"));
  });

  const data = shapes10({ train: 128, test: 32, seed: 1 });
  it.each([...typescript, ...examples].filter(([, { text }]) => isPipeline(text)))(
    "%s: each arm trains for two steps",
    async (_, fence) => {
      const { name: title, experiment } = await loadPipeline(saved(fence));
      const hyper = resolveHyper(experiment, "quick", { steps: "2" });
      await checkClaimsAlone({ name: title, experiment, hyper });
      for (const [name, arm] of Object.entries(chooseArms(experiment, hyper))) {
        await expectNoLeak(async () => {
          const { controls } = experiment;
          const context = Object.assign({}, hyper, trialContext({ arm, seed: 0, data, controls }));
          const records = await collect(experiment.run(context));
          const losses = valuesOf(
            records.filter((record) => record.kind === "reading" && record.probe === "loss"),
            "loss",
          );
          expect(losses, name).toHaveLength(2);
          expect(losses.every(Number.isFinite), name).toBe(true);
          expect(
            records.filter((record) => record.kind === "event" && record.level !== "info"),
            name,
          ).toEqual([]);
        });
      }
    },
  );

  // What connects to a server is type-checked alone; recipes.test.ts runs what has a place of its own.
  const others = typescript.filter(
    ([, { text }]) => !/^\/\/ (src|tests)\//.test(text) && !isPipeline(text) && !isClient(text),
  );
  it.each(others)("%s: runs", async (_place, fence) => {
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    await loaded(fence);
    const lines = Number(/take\((\d+)\)/.exec(fence.text)?.[1] ?? 1);
    if (fence.text.includes("console.log")) await vi.waitFor(() => expect(log).toHaveBeenCalledTimes(lines), 20_000);
    log.mockRestore();
  });

  const running = examples.filter(([, { text, words }]) => !words.includes("norun") && !isPipeline(text));
  it.each(running)("the example at %s: runs, and prints what it says", async (_place, fence) => {
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    await loaded(fence);
    const calls = log.mock.calls;
    log.mockRestore();
    if (fence.text.includes("console.log")) expect(calls).not.toEqual([]);
    const said = saidToPrint(fence);
    if (said) expect(printed(calls)).toMatch(said);
  });
});

describe("SQL", () => {
  const ofShell = runnable("sh").flatMap(([place, { text }]) =>
    commandLines(text).flatMap(([, , command, sql]) => (command === "sql" ? [[place, sql!] as const] : [])),
  );
  const ofBlocks = runnable("sql").flatMap(([place, { text }]) =>
    text.split(";\n").map((sql) => [place, sql.trim()] as const),
  );
  const cwd = process.cwd();
  let path: string;
  beforeAll(async () => {
    path = await writeStore();
    // Where a query writes a file.
    process.chdir(dirname(path));
  });
  afterAll(() => {
    process.chdir(cwd);
    rmSync(dirname(path), { recursive: true });
  });

  it.each([...ofShell, ...ofBlocks])("%s: %s", async (_place, sql) => {
    const store = await openStore(path, { readOnly: true });
    try {
      expect((await store.query(sql)).rows.length).toBeGreaterThan(0);
    } finally {
      await store.close();
    }
  });
});

it("every other block says why it does not run, or is not a program", () => {
  const languages = RUNNABLE.flatMap(fencesOf).map(({ language, words }) => [language, ...words].join(" "));
  expect([...new Set(languages)].sort().filter((one) => !["ts", "sh", "sql", "", "text"].includes(one))).toEqual([]);
});
