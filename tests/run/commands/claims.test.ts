import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { claimRows, type FiledVerdict } from "../../../src/pages/parts/claim-rows.ts";
import { openStore } from "../../../src/run/command-line/open-store.ts";
import { records } from "../../../src/store/records.ts";
import { pipeline, rowsOf, runEach, start, tinyCifar10 } from "../../fixtures/command-line.ts";
import { temporaryFolder } from "../../fixtures/runs.ts";

const PLAIN = ["--arm", "it's plain"];
const RUN = ["run", pipeline("claiming"), "--no-serve", "--backend", "cpu", "--store", "a.duckdb"];

it("run judges what its pipeline claims, files it and says what would be a test", async () => {
  const folder = temporaryFolder();
  const env = { CIFAR10_DIR: tinyCifar10(folder) };
  const [first, exported, changed, quiet] = await runEach(
    [
      { args: RUN, env },
      { args: ["export", "archive", "--store", "a.duckdb"] },
      { args: [...RUN, ...PLAIN, "--set", "learningRate=0.001", "--json"], env },
      { args: [...RUN, "--quiet"], env },
    ],
    folder,
  );
  expect(first!.code, first!.stderr).toBe(3);
  const [, claims] = /\nClaims:\n([^]*)\n\nRecorded in/.exec(first!.stdout)!;
  expect(claims!.replace(/2\.\d+, < 10/, "…, < 10")).toBe(
    `✔ stays finite      reproduced      The plain arm's loss stays below 10.
    median loss, plain: …, < 10; the paper 2.3
    times the rate, plain: 1 ×, ≥ 1 ×
✘ is early over     not reproduced  The fast arm diverges before its last step.
    last step over all, fast: 0, > 0.9
    seed 0
· is asked of three not testable    Three seeds of twelve steps.
    runs of claiming of 6 steps; 12 are asked for; try --scale small, --seeds 3
· fails             not testable    DuckDB finds out when it runs.
    no number: its SQL fails: Conversion Error: Could not convert string 'none' to DOUBLE when casting from source column value
· is of two arms    not testable    A row a seed is asked for.
    twice: its SQL gives several rows of seed 0; one (seed, value) is asked for

1 reproduced, 1 not reproduced, 3 not testable`,
  );
  expect((JSON.parse(changed!.stdout) as unknown[]).length).toBe(1);
  expect(changed!.stderr).toContain("\nclaims: 0 reproduced, 1 not reproduced, 4 not testable; gradstream sql");
  // All of it is there, and judged again.
  expect([quiet!.code, quiet!.stdout]).toEqual([
    3,
    "0 runs, 2 recorded already; recorded in a.duckdb; claims: 1 reproduced, 1 not reproduced, 3 not testable\n",
  ]);
  expect(exported!.code, exported!.stderr).toBe(0);
  const store = await openStore(join(folder, "archive"), { readOnly: true });
  const rows = claimRows([], (await records(store, "FROM claim")) as unknown as FiledVerdict[]);
  await store.close();
  expect(rows).toHaveLength(5);
  expect(rows.find(({ judged }) => judged.claim_id === "stays finite")).toMatchObject({
    statement: "The plain arm's loss stays below 10.",
    judged: { experiment: "claiming", scale: "quick", verdict: "reproduced", source: "nobody, 2024", paper_value: 2.3 },
  });
});

it("refuses a claim that DuckDB does not understand before anything is trained", async () => {
  const folder = temporaryFolder();
  const mistaken = readFileSync(pipeline("claiming"), "utf8").replace("'none' AS value", "nothing AS value");
  writeFileSync(join(folder, "mistaken.ts"), mistaken);
  const args = ["run", "mistaken.ts", "--no-serve", "--backend", "cpu", "--store", "a.duckdb"];
  const { code, stderr } = await start(args, { cwd: folder, cifar10: tinyCifar10(folder) }).ended;
  const refusal =
    'gradstream: claims.fails: "no number": its SQL gives no rows (seed, value): Binder Error: Referenced column "nothing" not found';
  expect(code).toBe(2);
  expect(stderr.split("\n").filter((line) => line.startsWith(refusal))).toHaveLength(1);
  expect(await rowsOf(join(folder, "a.duckdb"), "FROM run")).toEqual([]);
});
