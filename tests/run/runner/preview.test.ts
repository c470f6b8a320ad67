import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { pipeline, rowsOf, runEach, start, tinyCifar10 } from "../../fixtures/command-line.ts";
import { temporaryFolder } from "../../fixtures/runs.ts";

const NO_NORM = "no layer of this network has a batchNorm; build it with norm: batchNorm";

it("leaves a probe out of the arms that it does not fit, before they train, and says so once", async () => {
  const cwd = temporaryFolder();
  const args = ["run", pipeline("misfits"), "--seed", "7-8", "--no-serve", "--store", "a.duckdb"];
  const { code, stdout, stderr } = await start(args, { cwd, cifar10: tinyCifar10(cwd) }).ended;
  expect([code, stderr]).toEqual([0, expect.stringContaining("8 runs of 4 steps on cifar10")]);

  const left: readonly (readonly [arm: string, message: string])[] = [
    ["kernelless", "probe ics is left out: layer 1 has no kernel"],
    ["kernelless", `probe theory is left out: ${NO_NORM}`],
    ["plain", `probe theory is left out: ${NO_NORM}`],
    ["shallow", "probe moments is left out: no layer 2; this network has 1"],
    ["shallow", `probe theory is left out: ${NO_NORM}`],
  ];
  const events = await rowsOf(
    join(cwd, "a.duckdb"),
    `SELECT arm, seed, step, level, name, message FROM event JOIN run USING (run_id) ORDER BY ALL`,
  );
  expect(events).toEqual(
    [...new Set(left.map(([arm]) => arm))].flatMap((arm) =>
      [7, 8].flatMap((seed) =>
        left.filter(([of]) => of === arm).map(([, message]) => [arm, seed, 0, "warning", "probe_left_out", message]),
      ),
    ),
  );
  const trained = stderr.search(/step \d/);
  for (const [arm, message] of left) {
    const line = `\n${arm}: ${message}\n`;
    expect(stderr.split(line)).toHaveLength(2);
    expect(stderr.indexOf(line)).toBeLessThan(trained);
    expect(stdout).not.toContain(message);
  }
  const measured = await rowsOf(
    join(cwd, "a.duckdb"),
    `SELECT arm, list(DISTINCT probe ORDER BY probe), count(DISTINCT step) FROM reading JOIN run USING (run_id)
     WHERE probe <> 'timing' AND NOT starts_with(probe, 'cost/') GROUP BY arm ORDER BY arm`,
  );
  expect(measured).toEqual([
    ["kernelless", ["accuracy", "gradient_noise_scale", "loss", "moments"], 4],
    ["normed", ["accuracy", "gradient_noise_scale", "ics", "loss", "moments", "theory"], 4],
    ["plain", ["accuracy", "gradient_noise_scale", "ics", "loss", "moments"], 4],
    ["shallow", ["accuracy", "gradient_noise_scale", "ics", "loss"], 4],
  ]);
});

const OWN = `import { take } from "rxjs";
import { experiment, loss, mlp, moments, probes, sgd, train } from "gradstream";
export default experiment({
  hyper: { steps: 2 },
  arms: () => ({ a: { network: mlp({ hidden: [4] }) }, b: { network: mlp({ hidden: [4, 4] }) } }),
  run: ({ arm, batches, seed, steps }) =>
    batches({ size: 10 }).pipe(take(steps), train(arm.network, sgd({ learningRate: 0.1 }), { seed }), probes(PROBES)),
});
`;

it("refuses a run in which a probe fits no arm, in one line, before anything is recorded", async () => {
  const cwd = temporaryFolder();
  const misfits = ["run", pipeline("misfits")];
  const own: readonly (readonly [probes: string, message: string])[] = [
    ["loss(), moments({ layers: [0.5] })", 'moments: layers must be "all" or a list of layers from 1 up, not [0.5]'],
    ["moments({ layers: [4] })", "moments: no layer 4; this network has 2; it fits none of a, b"],
    [
      "moments({ layers: [1], units: [9] })",
      "moments: layer 1 has no unit 9; its units are 0 to 3; it fits none of a, b",
    ],
    ["loss, moments()", "loss: takes an object of options, not an Observable"],
    ["loss(), 7", "probes: argument 2 is 7, not a probe; call it: loss()"],
  ];
  const cases: readonly (readonly [args: string[], message: string])[] = [
    [[...misfits, "--arm", "plain"], `theory: ${NO_NORM}`],
    [[...misfits, "--arm", "plain,shallow"], `theory: ${NO_NORM}; it fits none of plain, shallow`],
    [
      [...misfits, "--set", "size=11"],
      "gradientNoiseScale: needs an even batch of 4 examples or more, not 11; it fits none of normed, plain, shallow, kernelless",
    ],
    [
      [...misfits, "--arm", "normed", "--set", "regression=true"],
      "accuracy: these examples have target values, not classes; leave it out, or use loss()",
    ],
    ...own.map(([probes, message], i): [string[], string] => {
      writeFileSync(join(cwd, `own${i}.ts`), OWN.replace("PROBES", probes));
      return [["run", `own${i}`], message];
    }),
  ];
  const env = { CIFAR10_DIR: tinyCifar10(cwd) };
  const results = await runEach(
    cases.map(([args]) => ({ args: [...args, "--no-serve", "--store", "a.duckdb"], env })),
    cwd,
  );
  expect(results.map(({ code, stdout, stderr }) => [code, stdout, stderr])).toEqual(
    cases.map(([, message]) => [2, "", `gradstream: ${message}\n`]),
  );
  expect(existsSync(join(cwd, "a.duckdb"))).toBe(false);
});
