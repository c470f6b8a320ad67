import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { EMPTY } from "rxjs";
import { describe, expect, expectTypeOf, it } from "vitest";
import { UserError } from "../../src/core/errors.ts";
import {
  checkExperiment,
  chooseArms,
  experiment,
  resolveHyper,
  type Experiment,
} from "../../src/experiment/experiment.ts";
import { oneLine } from "../../src/core/one-line.ts";
import { trialContext } from "../../src/experiment/trial-context.ts";
import { shapes10 } from "../../src/data/shapes10.ts";
import { mlp } from "../../src/nn/mlp.ts";
import { temporaryFolder } from "../fixtures/runs.ts";

const example = experiment({
  hyper: { steps: 10, learningRate: 0.1, name: "a", nesterov: false },
  scales: { small: { steps: 3, nesterov: true, name: "b" } },
  arms: ({ nesterov, steps, name }) => {
    expectTypeOf({ nesterov, steps, name }).toEqualTypeOf<{ nesterov: boolean; steps: number; name: string }>();
    return { a: { network: mlp(), extra: 1 }, b: { network: mlp(), extra: 2 } };
  },
  run: ({ arm, learningRate }) => {
    expectTypeOf(arm.extra).toEqualTypeOf<number>();
    expectTypeOf(learningRate).toEqualTypeOf<number>();
    return EMPTY;
  },
});
const checked = checkExperiment(example, "example");

describe("resolveHyper", () => {
  it("takes the defaults, then the scale's changes, then what is set", () => {
    expect(resolveHyper(checked, "quick", {})).toEqual({ steps: 10, learningRate: 0.1, name: "a", nesterov: false });
    const set = { steps: "4", learningRate: "-1e-2", name: "", nesterov: "false" };
    expect(resolveHyper(checked, "small", { steps: "4" })).toEqual({
      ...checked.hyper,
      steps: 4,
      name: "b",
      nesterov: true,
    });
    expect(resolveHyper(checked, "small", set)).toEqual({ steps: 4, learningRate: -0.01, name: "", nesterov: false });
  });

  it.each([
    [{ rate: "1" }, '--set: no hyper-parameter "rate"; there are steps, learningRate, name, nesterov'],
    [{ learningRate: "" }, "--set learningRate=: learningRate is a number (default 0.1)"],
    [{ learningRate: "NaN" }, "--set learningRate=NaN: learningRate is a number (default 0.1)"],
    [{ nesterov: "yes" }, "--set nesterov=yes: nesterov is true or false (default false)"],
    [{ constructor: "1" }, '--set: no hyper-parameter "constructor"; there are steps, learningRate, name, nesterov'],
    [{ steps: "0" }, "steps must be a whole number from 1 to 2147483647, not 0"],
    [{ steps: "1e10" }, "steps must be a whole number from 1 to 2147483647, not 10000000000"],
  ])("refuses %o", (settings, message) => {
    expect(() => resolveHyper(checked, "quick", settings)).toThrow(new UserError(message));
  });
});

describe("chooseArms", () => {
  it("gives all arms or those chosen, in the experiment's order", () => {
    expect(Object.keys(chooseArms(checked, checked.hyper))).toEqual(["a", "b"]);
    expect(Object.keys(chooseArms(checked, checked.hyper, ["b", "a", "b"]))).toEqual(["a", "b"]);
    expect(() => chooseArms(checked, checked.hyper, ["c"])).toThrow('--arm: no arm "c"; there are a, b');
  });

  it("passes on what a part of the library has to say", () => {
    const refusing: Experiment = {
      ...checked,
      arms: () => {
        throw new UserError("vgg: no depth 12");
      },
    };
    expect(() => chooseArms(refusing, checked.hyper)).toThrow(new UserError("vgg: no depth 12"));
  });
});

it("deals out so many images only, in whole or in chunks", () => {
  const given = trialContext({ arm: { network: mlp() }, seed: 0, data: shapes10({ train: 20, test: 7 }) });
  const sizes = (images?: number) => Array.from(given.test(images === undefined ? {} : { images }), ({ size }) => size);
  expect([sizes(), sizes(3), sizes(99)]).toEqual([[7], [3], [7]]);
  expect(() => given.batches({ size: 11, images: 10 })).toThrow("batches: size 11 exceeds the 10 examples there are");
  const [chunk] = given.test();
  expect([chunk!.examples.length, chunk!.labels.length]).toEqual([7 * 32 * 32 * 3, 7]);
});

it.each([-1, 0, 2.5, NaN, -Infinity])("refuses %d images in one line", (images) => {
  const given = trialContext({ arm: { network: mlp() }, seed: 0, data: shapes10({ train: 20, test: 7 }) });
  const refused = (who: string) => new UserError(`${who} must be a whole number from 1 up, not ${images}`);
  expect(() => given.batches({ size: 5, images })).toThrow(refused("batches: images"));
  expect(() => given.batches({ size: images })).toThrow(refused("batches: size"));
  expect(() => given.test({ images })).toThrow(refused("test: images"));
  expect(() => given.linearTask({ size: images })).toThrow(refused("linearTask: size"));
  expect(() => given.linearTask({ units: images })).toThrow(refused("linearTask: units"));
});

it("says what was thrown on one line, with the place in the user's file", () => {
  expect(oneLine("boom\n  again")).toBe("boom again");
  expect(oneLine(new TypeError())).toMatch(/^TypeError \(experiment\.test\.ts:\d+\)$/);
  const folder = join(temporaryFolder(), "my files (1)");
  const file = join(folder, "my file.ts");
  mkdirSync(folder);
  writeFileSync(file, "");
  const thrown = (...frames: string[]) =>
    Object.assign(new Error("boom"), { stack: ["Error: boom", ...frames].join("\n") });
  const others = [
    "    at new URL (node:internal/url:806:29)",
    "    at compile (node:internal/modules/esm/utils:346:16)",
    "    at f (/x/node_modules/y/z.js:1:2)",
    "    at g (/not/there.ts:1:2)",
  ];
  expect(oneLine(thrown(...others))).toBe("boom");
  for (const frame of [
    `    at h (${file}:12:3)`,
    `    at ${file}:12:3`,
    `    at async ${pathToFileURL(file).href}:12:3`,
  ]) {
    expect(oneLine(thrown(...others, frame))).toBe("boom (my file.ts:12)");
  }
});
