import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs";
import { expect, it } from "vitest";
import { adam, adamW, clipped, frozen, muon, rmsProp, sam, sgd, type Optimizer } from "../../src/index.ts";
import { onEachBackend } from "../fixtures/backends.ts";
import { relativeError } from "../fixtures/tensors.ts";

type Values = Readonly<Record<string, readonly number[]>>;

/** PyTorch's, in float64: tests/fixtures/make_optimizers.py. */
const golden = JSON.parse(readFileSync(new URL("../fixtures/optimizers.json", import.meta.url), "utf8")) as {
  readonly shapes: Readonly<Record<string, number[]>>;
  readonly start: Values;
  readonly slope: Values;
  readonly offset: readonly Values[];
  readonly cases: Readonly<Record<string, Readonly<Record<string, Values>>>>;
};
const STEPS = golden.offset.length;

const OPTIMIZERS: Readonly<Record<string, () => Optimizer>> = {
  sgd: () => sgd({ learningRate: 0.1 }),
  "sgd, momentum": () => sgd({ learningRate: 0.05, momentum: 0.9 }),
  "sgd, dampening": () => sgd({ learningRate: 0.1, momentum: 0.9, dampening: 0.5 }),
  "sgd, nesterov": () => sgd({ learningRate: 0.05, momentum: 0.9, nesterov: true, weightDecay: 0.01 }),
  "sgd, kernels decay": () => sgd({ learningRate: 0.05, momentum: 0.5, weightDecay: 0.1, decay: "kernels" }),
  adam: () => adam({ learningRate: 0.01 }),
  "adam, options": () => adam({ learningRate: 0.05, beta1: 0.8, beta2: 0.95, epsilon: 1e-3, weightDecay: 0.1 }),
  "adam, amsgrad": () => adam({ learningRate: 0.05, beta1: 0.5, beta2: 0.6, amsgrad: true }),
  adamW: () => adamW({ learningRate: 0.01 }),
  "adamW, kernels decay": () =>
    adamW({
      learningRate: 0.05,
      beta1: 0.8,
      beta2: 0.95,
      epsilon: 1e-3,
      amsgrad: true,
      weightDecay: 0.5,
      decay: /kernel$/g,
    }),
  rmsProp: () => rmsProp(),
  "rmsProp, momentum": () => rmsProp({ alpha: 0.9, epsilon: 1e-2, momentum: 0.9, weightDecay: 0.1 }),
  "rmsProp, centered": () => rmsProp({ alpha: 0.9, epsilon: 1e-2, centered: true }),
  muon: () => muon({ learningRate: 0.02 }),
  "muon, options": () =>
    muon({
      learningRate: 0.01,
      momentum: 0.9,
      nesterov: false,
      weightDecay: 0.5,
      iterations: 3,
      adjust: "adamW",
    }),
  "clipped by norm": () => clipped(sgd({ learningRate: 0.1, momentum: 0.9 }), { norm: 1.5 }),
  "clipped by value": () => clipped(adam({ learningRate: 0.05 }), { value: 0.5 }),
  sam: () => sam(sgd({ learningRate: 0.1, momentum: 0.9 }), { radius: 0.3 }),
  "sam, adaptive": () => sam(sgd({ learningRate: 0.1 }), { radius: 0.5, adaptive: true }),
};

const tensors = (values: Values): Record<string, tf.Tensor> =>
  Object.fromEntries(Object.entries(values).map(([name, own]) => [name, tf.tensor([...own], golden.shapes[name])]));

/** Gradients of the quadratic at a step. */
const gradient = (params: Readonly<Record<string, tf.Tensor>>, step: number): Record<string, tf.Tensor> => {
  const [slope, offset] = [tensors(golden.slope), tensors(golden.offset[step]!)];
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, tf.add(tf.mul(slope[name]!, value), offset[name]!)]),
  );
};

/** Steps as a training does: a gradient, the penalty's, the update. */
function stepped(optimizer: Optimizer): Map<number, Values> {
  let params: Readonly<Record<string, tf.Tensor>> = tensors(golden.start);
  let state = optimizer.init(params);
  const after = new Map<number, Values>();
  for (let step = 0; step < STEPS; step++) {
    const data = gradient(params, step);
    const moving = optimizer.ascend ? gradient(optimizer.ascend(params, data, step), step) : data;
    const grads = optimizer.penalty?.addGradient(moving, params) ?? moving;
    ({ params, state } = optimizer.update(params, grads, state, step));
    const plain = Object.entries(params).map(([name, value]) => [name, [...value.dataSync()]] as const);
    after.set(step + 1, Object.fromEntries(plain));
  }
  return after;
}

/** Calls `f` in a tensor scope; what it returns is plain. */
function inScope<T>(f: () => T): T {
  tf.engine().startScope();
  try {
    return f();
  } finally {
    tf.engine().endScope();
  }
}

onEachBackend(() => {
  it.each(Object.keys(golden.cases))("%s: 20 steps are PyTorch's", (name) => {
    const ours = inScope(() => stepped(OPTIMIZERS[name]!()));
    for (const [step, values] of Object.entries(golden.cases[name]!)) {
      for (const [param, expected] of Object.entries(values)) {
        const error = relativeError(ours.get(Number(step))![param]!, expected);
        expect(error, `${param} after step ${step}`).toBeLessThan(2e-5);
      }
    }
  });

  it("frozen leaves what matches, and moves the rest as without", () => {
    const decaying = () => sgd({ learningRate: 0.05, momentum: 0.9, weightDecay: 0.01 });
    const all = inScope(() => stepped(decaying()));
    const last = inScope(() => stepped(frozen(decaying(), /^layer1\/kernel$/))).get(STEPS)!;
    expect(relativeError(last["layer1/kernel"]!, golden.start["layer1/kernel"]!)).toBeLessThan(1e-7);
    for (const name of ["layer1/bias", "layer2/kernel"]) expect(last[name]).toEqual(all.get(STEPS)![name]);
  });
});

it("has an optimizer for every golden, and a golden for every optimizer", () => {
  expect(Object.keys(OPTIMIZERS).sort()).toEqual(Object.keys(golden.cases).sort());
});
