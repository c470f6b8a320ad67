import { describe, expect, it } from "vitest";
import * as gradstream from "../../src/index.ts";
import { checkOptions, checkWhole, numbered, required, shown, whole } from "../../src/core/options.ts";
import { shapes10 } from "../../src/data/shapes10.ts";
import { UserError } from "../../src/core/errors.ts";

/** As JavaScript calls it: with anything. */
type Loose = (...given: readonly unknown[]) => unknown;
const { accuracy, activations, batches, deadUnits, drift, effectiveRank, every, gradientNoiseScale } =
  gradstream as unknown as Record<string, Loose>;
const { gradientSteps, gradients, histogram, ics, injectNoise, loss, moments, norms, probe, probes, sgd, sharpness } =
  gradstream as unknown as Record<string, Loose>;
const { theory, train } = gradstream as unknown as Record<string, Loose>;
const { batchNorm, conv, deepLinear, dense, groupNorm, layered, maxPool, mlp, rmsNorm, vgg } =
  gradstream as unknown as Record<string, Loose>;
const network = gradstream.mlp();
const optimizer = gradstream.sgd({ learningRate: 0.1 });
const data = gradstream.shapes10({ train: 10, test: 1 }).train;
const key = gradstream.rootKey(0);
const noise = { nMu: 0, nSigma: 1, rMu: 0, rSigma: 0 };

const CASES: readonly (readonly [call: () => unknown, message: string])[] = [
  [
    () => gradientSteps!(),
    "gradientSteps: distances is missing; it must be a list such as [0.05, 0.1], or { learningRates: [0.5, 1, 2] }",
  ],
  [
    () => gradientSteps!({ distances: 0.5 }),
    "gradientSteps: distances must be a list such as [0.05, 0.1], or { learningRates: [0.5, 1, 2] }, not 0.5",
  ],
  [
    () => gradientSteps!({ distances: [1], direction: "up" }),
    'gradientSteps: direction must be "gradient" or "random", not "up"',
  ],
  [() => moments!({ layer: [1] }), "moments: no option layer; there are layers, site, units, when, kurtosis"],
  [() => moments!({ layers: 3 }), 'moments: layers must be "all" or a list of layers from 1 up, not 3'],
  [() => moments!({ layers: ["1"] }), 'moments: layers must be "all" or a list of layers from 1 up, not ["1"]'],
  [() => moments!({ site: "pre" }), 'moments: site must be "linear" or "norm" or "output", not "pre"'],
  [() => moments!({ when: 20 }), "moments: when must be a schedule such as every(20), not 20"],
  [() => moments!({ kurtosis: "yes" }), 'moments: kurtosis must be true or false, not "yes"'],
  [() => moments!([1, 2]), "moments: takes an object of options, not [1, 2]"],
  [() => moments!(null), "moments: takes an object of options, not null"],
  [() => histogram!({ bins: 2.5 }), "histogram: bins must be a whole number from 1 up, not 2.5"],
  [() => histogram!({ range: [0] }), "histogram: range must be [lo, hi], not [0]"],
  [
    () => histogram!({ units: { random: 0 } }),
    "histogram: units must be a list of units from 0 up, or { random: how many }, not { random: 0 }",
  ],
  [() => drift!({ unit: 1 }), "drift: no option unit; there are layers, site, units, when"],
  [
    () => accuracy!({ test: 7 }),
    "accuracy: test must be held-out examples in chunks to iterate over again and again, such as test({ images: 1000 }), not 7",
  ],
  [() => ics!({ parameters: "kernel" }), 'ics: parameters must be "weights" or "all", not "kernel"'],
  [() => loss!({ every: 2 }), "loss: no option every; there is only when"],
  [() => norms!("all"), 'norms: takes an object of options, not "all"'],
  [() => effectiveRank!({ sites: "norm" }), "effectiveRank: no option sites; there are layers, site, when"],
  [() => deadUnits!({ when: { every: 0 } }), "deadUnits: when must be a schedule such as every(20), not { every: 0 }"],
  [() => sharpness!({ rho: "0.1" }), 'sharpness: rho must be finite and above 0, not "0.1"'],
  [() => gradientNoiseScale!({ batch: 2 }), "gradientNoiseScale: no option batch; there is only when"],
  [() => theory!({ curvedUnits: -1 }), "theory: curvedUnits must be a whole number from 0 up, not -1"],
  [() => activations!({ layers: [0.5] }), 'activations: layers must be "all" or a list of layers from 1 up, not [0.5]'],
  [() => gradients!({ site: "norm" }), "gradients: no option site; there are layers, when"],
  [
    () => injectNoise!(),
    "injectNoise: nMu is missing; it must be a number from 0 up, a function of the step or an Observable",
  ],
  [
    () => injectNoise!({ ...noise, sites: "norm" }),
    "injectNoise: no option sites; there are site, nMu, nSigma, rMu, rSigma",
  ],
  [
    () => sgd!(),
    "sgd: learningRate is missing; it must be a number from 0 up, a function of the step or an Observable",
  ],
  [() => sgd!(0.1), "sgd: takes an object of options, not 0.1"],
  [
    () => sgd!({ learningrate: 0.1 }),
    "sgd: no option learningrate; there are learningRate, momentum, dampening, nesterov, weightDecay, decay",
  ],
  [
    () => sgd!({ learningRate: "0.1" }),
    'sgd: learningRate must be a number from 0 up, a function of the step or an Observable, not "0.1"',
  ],
  [() => vgg!({ dept: 11 }), "vgg: no option dept; there are depth, width, head, classes, norm, nonlinearity, initial"],
  [
    () => vgg!({ norm: gradstream.batchNorm() }),
    'vgg: norm must be a function, not { name: "batchNorm", title: "batchNorm", options: …, absorbsBias: true }',
  ],
  [() => vgg!("16"), 'vgg: takes an object of options, not "16"'],
  [() => mlp!({ hidden: 64 }), "mlp: hidden must be a list of numbers, not 64"],
  [() => mlp!({ hiden: [64] }), "mlp: no option hiden; there are hidden, classes, norm, nonlinearity, initial"],
  [
    () => deepLinear!({ layers: 3 }),
    "deepLinear: no option layers; there are depth, width, norm, normalizeLast, initial",
  ],
  [
    () => layered!("mine", { linear: 1 }),
    "layered: needs a list of layers such as [{ linear: dense({ units: 10 }) }], not { linear: 1 }",
  ],
  [
    () => layered!("mine", [{}]),
    "layered: layer 1: linear is missing; it must be a layer, such as dense({ units: 10 }) or relu()",
  ],
  [
    () => layered!("mine", [{ linear: dense!({ units: 2 }), nonlinearity: gradstream.relu }]),
    "layered: layer 1: nonlinearity must be a layer, such as dense({ units: 10 }) or relu(), not a function",
  ],
  [
    () => layered!("mine", [{ linear: dense!({ units: 2 }), after: [] }]),
    "layered: layer 1: no option after; there are before, linear, norm, nonlinearity, then",
  ],
  [() => dense!(), "dense: units is missing; it must be a number"],
  [() => dense!(10), "dense: takes an object of options, not 10"],
  [() => conv!({ filter: 8 }), "conv: no option filter; there are filters, size, stride, bias, initial, initialBias"],
  [() => maxPool!({ window: 3 }), "maxPool: no option window; there is only size"],
  [
    () => batchNorm!({ eps: 1e-3 }),
    "batchNorm: no option eps; there are epsilon, momentum, initialScale, initialShift",
  ],
  [() => batchNorm!({ epsilon: "1e-3" }), 'batchNorm: epsilon must be a number from 0 up, not "1e-3"'],
  [() => groupNorm!({ group: 2 }), "groupNorm: no option group; there are groups, epsilon"],
  [() => rmsNorm!(1e-5), "rmsNorm: takes an object of options, not 0.00001"],
  [() => train!(), "train: the network is undefined; give one, such as vgg()"],
  [() => train!(network, 0.1), "train: the optimizer is 0.1; give one, such as sgd({ learningRate: 0.1 })"],
  [() => train!(network, optimizer), "train: seed is missing; it must be a whole number"],
  [() => train!(network, optimizer, { seed: "0" }), 'train: seed must be a whole number, not "0"'],
  [
    () => train!(network, optimizer, { seed: 0, activation: 1 }),
    "train: no option activation; there are seed, activations, loss, initial, microbatch",
  ],
  [() => train!(network, optimizer, { seed: 0, loss: "mse" }), 'train: loss must be a function, not "mse"'],
  [() => probes!(loss!(), undefined), "probes: argument 2 is undefined, not a probe; call it: loss()"],
  [() => probe!(), "probe: name is missing; it must be text"],
  [() => probe!({ name: "own" }), "probe: measure is missing; it must be a function"],
  [
    () => probe!({ name: "own", measure: () => [], fit: 1 }),
    "probe: no option fit; there are name, when, options, fits, measure, open",
  ],
  [() => every!(), "every: needs a whole number of steps from 1 up, not undefined"],
  [() => every!(20, { last: -1 }), "every: last must be a whole number from 0 up, not -1"],
  [() => every!(20, { least: 3 }), "every: no option least; there is only last"],
  [() => batches!(data), "batches: size is missing; it must be a whole number from 1 up"],
  [() => batches!(data, { size: 2 }), "batches: key is missing; it must be a key, such as rootKey(0)"],
  [
    () => batches!(data, { size: 2, key, images: 5 }),
    "batches: no option images; there are size, key, limit, gate, source, past",
  ],
];

describe("a call with wrong options", () => {
  it.each(CASES)("%s: %s", (call, message) => {
    expect(call).toThrow(new UserError(message));
  });

  it("takes an option that is undefined as not given", () => {
    expect(() => moments!({ layers: undefined, when: undefined })).not.toThrow();
    expect(() => sgd!({ learningRate: undefined })).toThrow("sgd: learningRate is missing");
  });
});

it("deals out batches and test images by checked options", () => {
  const given = gradstream.trialContext({
    arm: { network },
    seed: 0,
    data: gradstream.shapes10({ train: 10, test: 2 }),
  }) as unknown as Record<string, Loose>;
  expect(() => given["batches"]!()).toThrow("batches: size is missing; it must be a whole number from 1 up");
  expect(() => given["batches"]!({ size: 2, image: 5 })).toThrow("batches: no option image; there are size, images");
  expect(() => given["test"]!({ images: "all" })).toThrow('test: images must be a whole number from 1 up, not "all"');
  expect(() => given["linearTask"]!({ unit: 2 })).toThrow(
    "linearTask: no option unit; there are size, units, key, gate",
  );
});

it("shows values in few words", () => {
  const values = [() => 1, "x".repeat(99), [1, [2]], { a: { b: 1 }, c: 2 }, new Map(), null, NaN, 1n];
  expect(values.map(shown)).toEqual([
    "a function",
    `"${"x".repeat(40)}…"`,
    "[1, [2]]",
    "{ a: …, c: 2 }",
    "a Map",
    "null",
    "NaN",
    "1",
  ]);
});

it("gives the options back", () => {
  const options = { a: 1 };
  expect(checkOptions<{ a: number }>("f", options, { a: required(whole(0)) })).toBe(options);
});

it("names the first number that is not whole, or too small", () => {
  expect(() => checkWhole("it", { a: 1, b: 2 })).not.toThrow();
  expect(() => checkWhole("it", { a: 1, ...numbered("sizes", [3, 2.5, 0]) })).toThrow(
    "it: sizes[1] must be a whole number from 1 up, not 2.5",
  );
  expect(() => checkWhole("it", { a: 0 }, 0)).not.toThrow();
  for (const a of [-1, NaN, Infinity, 2 ** 60, "3" as unknown as number])
    expect(() => checkWhole("it", { a }, 0)).toThrow(/^it: a must be a whole number from 0 up, not /);
});

it("is what a number of images has to be", () => {
  expect(() => shapes10({ train: 1.5 })).toThrow("shapes10: train must be a whole number from 0 up, not 1.5");
  expect(() => shapes10({ test: -1 })).toThrow("shapes10: test must be");
  expect(shapes10({ train: 1, test: 0 }).test.count).toBe(0);
});
