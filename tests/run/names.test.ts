import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { placesOf } from "../../src/view/arms.ts";
import { statName } from "../../src/view/stats.ts";
import { pipeline, rowsOf, runEach, tinyCifar10 } from "../fixtures/command-line.ts";
import { temporaryFolder } from "../fixtures/runs.ts";

const NAMES = ["__proto__", "constructor", "toString"];

it("keeps arms, settings, layers and probes with names that JavaScript's objects have", async () => {
  const cwd = temporaryFolder();
  const env = { CIFAR10_DIR: tinyCifar10(cwd) };
  const train = ["run", pipeline("names"), "--no-serve", "--store", "a.duckdb", "--backend", "cpu"];
  const [ran, again, listed, compared] = await runEach(
    [
      { args: [...train, "--set", "constructor=5"], env },
      { args: [...train, "--set", "toString=7", "--arm", "toString"], env },
      { args: ["runs", "--store", "a.duckdb"] },
      { args: ["compare", "constructor", "toString", "--store", "a.duckdb", "--out", "out"] },
    ],
    cwd,
  );
  expect(ran).toMatchObject({ code: 0 });
  expect(again).toMatchObject({ code: 0 });
  const store = join(cwd, "a.duckdb");
  const arms = await rowsOf(
    store,
    "SELECT arm, status, hyper->>'constructor', hyper->>'toString' FROM run ORDER BY ALL",
  );
  expect(arms).toEqual([
    ["constructor", "completed", "5", "2"],
    ["hasOwnProperty", "completed", "5", "2"],
    ["toString", "completed", "1", "7"],
    ["toString", "completed", "5", "2"],
  ]);
  const probes = await rowsOf(
    store,
    "SELECT probe, stat, count(*) FROM reading WHERE probe = stat AND probe <> 'loss' GROUP BY ALL ORDER BY ALL",
  );
  expect(probes).toEqual(NAMES.map((name): unknown[] => [name, name, expect.anything()]));
  expect(listed!.stdout).toMatch(/ hasOwnProperty +0 +completed +3\/3 /);
  expect(compared).toMatchObject({ code: 0 });
});

const module = (arms: string, hyper = "steps: 1"): string => `import { experiment, mlp } from "gradstream";
import { EMPTY } from "rxjs";
const network = mlp({ hidden: [2] });
export default experiment({ hyper: { ${hyper} } as never, arms: () => (${arms}) as never, run: () => EMPTY });
`;

it("refuses in one line what cannot be kept", async () => {
  const cwd = temporaryFolder();
  const kept = "JavaScript keeps this name for itself; give";
  const cases = {
    "literal.ts": [module("{ __proto__: { a: { network } } }"), `arms.__proto__: ${kept} the arm another`],
    "computed.ts": [module('{ ["__proto__"]: { network } }'), `arms.__proto__: ${kept} the arm another`],
    "hyper.ts": [
      module("{ a: { network } }", 'steps: 1, ["__proto__"]: 1'),
      `hyper.ts: hyper.__proto__: ${kept} it another`,
    ],
  } as const;
  for (const [name, [text]] of Object.entries(cases)) writeFileSync(join(cwd, name), text);
  const settings = NAMES.map((name) => ["run", "tiny.ts", "--set", `${name}=1`]);
  writeFileSync(join(cwd, "tiny.ts"), module("{ a: { network } }"));
  const results = await runEach(
    [...Object.keys(cases).map((name) => ["run", name]), ...settings].map((args) => ({ args })),
    cwd,
  );
  expect(results.map(({ code, stderr }) => [code, stderr])).toEqual([
    ...Object.values(cases).map(([, message]) => [2, `gradstream: ${message}\n`]),
    ...NAMES.map((name) => [2, `gradstream: --set: no hyper-parameter "${name}"; there are steps\n`]),
  ]);
});

it("gives such an arm a colour, and such a stat its name", () => {
  expect([...placesOf(NAMES, { standard: 0 })].map(([name, place]) => [name, typeof place])).toEqual(
    NAMES.map((name) => [name, "number"]),
  );
  for (const name of NAMES) expect(statName(name)).toBe(name.replaceAll("_", " "));
});
