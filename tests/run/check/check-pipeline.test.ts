import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { pipeline, start } from "../../fixtures/command-line.ts";
import { temporaryFolder } from "../../fixtures/runs.ts";

const check = (cwd: string, ...args: readonly string[]) =>
  start(["run", ...args, "--check", "--data", "shapes10", "--backend", "cpu"], { cwd }).ended;

const PIPELINE = `import { take } from "rxjs";
import { experiment, loss, mlp, probes, sgd, train } from "gradstream";
import { rate } from "./shared/rate.ts";

export default experiment({
  hyper: { steps: 4 },
  arms: () => ({ one: { network: mlp({ hidden: [4] }) }, two: { network: mlp({ hidden: [8] }) } }),
  run: ({ arm, batches, steps, seed }) =>
    batches({ size: 16 }).pipe(take(steps), train(arm.network, sgd({ learningRate: rate }), { seed }), probes(loss())),
});
`;

it("finds mistakes in a pipeline and in what it imports, a line each, and trains nothing", async () => {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, "shared"));
  writeFileSync(join(cwd, "shared/rate.ts"), 'export const rate: number = "0.1";\nexport const unused = (x) => x;\n');
  writeFileSync(join(cwd, "mine.ts"), PIPELINE.replace("hidden: [8]", "hiddn: [8]"));
  const { code, stdout, stderr } = await check(cwd, "mine.ts");
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr.split("\n").sort()).toEqual([
    "",
    expect.stringMatching(/^mine\.ts:7:80: TS2561: .*'hiddn' does not exist in type 'MlpOptions'.*$/),
    "shared/rate.ts:1:14: TS2322: Type 'string' is not assignable to type 'number'.",
    "shared/rate.ts:2:24: TS7006: Parameter 'x' implicitly has an 'any' type.",
  ]);
  expect(existsSync(join(cwd, "results"))).toBe(false);
});

it("shows the arms of a pipeline without mistakes", async () => {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, "shared"));
  writeFileSync(join(cwd, "shared/rate.ts"), "export const rate = 0.1;\n");
  writeFileSync(join(cwd, "mine.ts"), PIPELINE);
  const { code, stdout, stderr } = await check(cwd, "mine.ts", "--json");
  expect([code, stderr]).toEqual([0, ""]);
  expect(JSON.parse(stdout)).toEqual({
    mistakes: [],
    arms: [
      { arm: "one", network: expect.stringMatching(/^mlp 4,/) as string, data: "shapes10", probes: ["loss"] },
      { arm: "two", network: expect.stringMatching(/^mlp 8,/) as string, data: "shapes10", probes: ["loss"] },
    ],
  });
  expect(existsSync(join(cwd, "results"))).toBe(false);
});

it("tells which probes an arm goes without, and what keeps all of them from training", async () => {
  const cwd = temporaryFolder();
  const misfits = await check(cwd, pipeline("misfits"));
  expect(misfits.stderr).toMatch(/: probe \w+ is left out: /);
  expect((await check(cwd, "nothing")).stderr).toMatch(/^gradstream: no pipeline nothing;/);
});
