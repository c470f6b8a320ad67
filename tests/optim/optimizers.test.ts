import * as tf from "@tensorflow/tfjs";
import { map } from "rxjs";
import { describe, expect, it } from "vitest";
import {
  adam,
  batchNorm,
  every,
  gradientSteps,
  hessian,
  ics,
  loss,
  mapParams,
  mlp,
  muon,
  norms,
  probes,
  sam,
  sgd,
  tlu,
  train,
  weightNorm,
  weightStandardization,
  type Norm,
  type Optimizer,
  type Step,
} from "gradstream";
import { optimizerContract } from "../contracts/optimizer.ts";
import { onEachBackend } from "../fixtures/backends.ts";
import { collect, valuesOf } from "../fixtures/streams.ts";
import { expectNoLeak, relativeError } from "../fixtures/tensors.ts";
import { toyBatches } from "../fixtures/toy-batches.ts";

const DECAYING = [0.5, 0.25, 0.125, 0.0625];

/** A user's momentum, whose rate halves at each step: the step is counted in its own state. */
const momentum = (): Optimizer => ({
  name: "momentum",
  init: (params) => ({ ...mapParams(params, (value) => tf.zerosLike(value)), count: tf.scalar(0) }),
  update: (params, grads, state) => {
    const learningRate = 0.5 / 2 ** state["count"]!.dataSync()[0]!;
    const velocity = mapParams(params, (_, name) => tf.add(tf.mul(state[name]!, 0.9), grads[name]!));
    return {
      params: mapParams(params, (value, name) => tf.sub(value, tf.mul(velocity[name]!, learningRate))),
      state: { ...velocity, count: tf.add(state["count"]!, 1) },
      learningRate,
    };
  },
});

/** A user's Polyak step: the rate follows from the gradient itself. */
const clipped = (): Optimizer => ({
  name: "clipped",
  init: () => ({}),
  update: (params, grads, state) => {
    const rate = 0.25;
    return {
      params: mapParams(params, (p, name) => tf.sub(p, tf.clipByValue(grads[name]!, -rate, rate))),
      state,
      learningRate: rate,
    };
  },
});

onEachBackend(() => {
  describe("contract: sgd", () => optimizerContract(() => sgd({ learningRate: 0.1 }), [0.1, 0.1, 0.1]));
  describe("contract: sgd with weight decay", () =>
    optimizerContract(() => sgd({ learningRate: 0.1, weightDecay: 0.01, decay: "kernels" }), [0.1, 0.1]));
  describe("contract: sgd with a rate of the step", () =>
    optimizerContract(() => sgd({ learningRate: (step) => 0.5 / 2 ** step }), DECAYING));
  describe("contract: a user's momentum with a decaying rate", () => optimizerContract(momentum, DECAYING));
  describe("contract: a user's clipping", () => optimizerContract(clipped, [0.25, 0.25]));

  it("a momentum with a decaying rate steps as written down by hand", async () => {
    const steps = await collect(
      toyBatches(3).pipe(
        train(mlp({ hidden: [4], classes: 3 }), momentum(), { seed: 1 }),
        map(({ params, grads, next }) =>
          [params, grads, next].map((tensors) => [...tensors["layer1/kernel"]!.dataSync<"float32">()]),
        ),
      ),
    );
    let velocity = steps[0]![0]!.map(() => 0);
    steps.forEach(([params, grads, next], i) => {
      velocity = velocity.map((v, j) => 0.9 * v + grads![j]!);
      const expected = params!.map((p, j) => p - DECAYING[i]! * velocity[j]!);
      expect(relativeError(next!, expected)).toBeLessThan(1e-6);
    });
  });

  describe("what decays", () => {
    const ROLES = ["kernel", "bias", "scale", "shift", "threshold", "gain"];
    /** Names of the parameters whose gradient the penalty changes, by role. */
    const decayed = async (decay: "kernels" | "all" | undefined, norm: Norm | undefined) => {
      const network = mlp({ hidden: [4, 4], classes: 3, norm, nonlinearity: tlu });
      const grads = (weightDecay: number) =>
        collect(
          toyBatches(1).pipe(
            train(network, sgd({ learningRate: 0, weightDecay, ...(decay && { decay }) }), { seed: 1 }),
            map((step) => mapOf(step.grads, (value) => [...value.dataSync()])),
          ),
        );
      const [[plain], [with_]] = [await grads(0), await grads(0.5)];
      const [params] = await collect(
        toyBatches(1).pipe(
          train(network, sgd({ learningRate: 0 }), { seed: 1 }),
          map((step) => mapOf(step.params, (value) => [...value.dataSync()])),
        ),
      );
      const names = [...params!.keys()].filter((name) => params!.get(name)!.some((value) => value !== 0));
      const changed = names.filter((name) => {
        const expected = plain!.get(name)!.map((g, i) => g + 0.5 * params!.get(name)![i]!);
        const isDecayed = String(with_!.get(name)) !== String(plain!.get(name));
        if (isDecayed) expect(relativeError(with_!.get(name)!, expected), name).toBeLessThan(1e-5);
        return isDecayed;
      });
      return ROLES.filter((role) => changed.some((name) => name.endsWith(role)));
    };
    const mapOf = <T>(values: Step["params"], f: (value: tf.Tensor) => T): Map<string, T> =>
      new Map(Object.entries(values).map(([name, value]) => [name, f(value)]));

    it.each<[string, Norm | undefined, string[], string[]]>([
      ["no norm", undefined, ["kernel"], ["kernel"]],
      ["batchNorm", batchNorm, ["kernel", "scale"], ["kernel"]],
      ["weightNorm", weightNorm, ["kernel", "gain"], ["kernel"]],
      ["weightStandardization", weightStandardization, ["kernel", "scale"], ["kernel"]],
    ])("with %s: all of it unless told, kernels when told", async (_name, norm, all, kernels) => {
      expect(await decayed(undefined, norm)).toEqual(all);
      expect(await decayed("all", norm)).toEqual(all);
      expect(await decayed("kernels", norm)).toEqual(kernels);
    });
  });

  const network = mlp({ hidden: [6, 5], classes: 3, norm: batchNorm });
  const kernelDecay = () => sgd({ learningRate: 0.1, weightDecay: 0.02, decay: "kernels" });

  it("loss records data loss, penalty and their sum, where there is weight decay", async () => {
    const [squares] = await collect(
      toyBatches(1).pipe(
        train(network, kernelDecay(), { seed: 1 }),
        map(({ params }) =>
          Object.entries(params).reduce(
            (sum, [name, value]) =>
              name.endsWith("/kernel") ? sum + value.dataSync<"float32">().reduce((s, v) => s + v * v, 0) : sum,
            0,
          ),
        ),
      ),
    );
    const read = (optimizer: Optimizer) => collect(toyBatches(1).pipe(train(network, optimizer, { seed: 1 }), loss()));
    const records = await read(kernelDecay());
    const [data, penalty, sum] = ["loss", "penalty", "penalized_loss"].map((stat) => valuesOf(records, stat)[0]);
    expect(penalty).toBeCloseTo(0.01 * squares!, 6);
    expect(sum).toBeCloseTo(data! + penalty!, 6);
    const without = await read(sgd({ learningRate: 0.1 }));
    expect(without.map((record) => record.kind === "reading" && record.stat)).toEqual(["loss"]);
  });

  it("the penalty takes a part of the parameters: of a part without kernels it is 0", () => {
    const { penalty } = kernelDecay();
    const bias = { "layer3/bias": tf.tensor1d([1, 2]) };
    const kernel = { "layer1/then1/kernel": tf.tensor2d([[3, 4]]) };
    const gradients = mapParams({ ...bias, ...kernel }, (value) => tf.onesLike(value));
    expect(penalty!.value({}).dataSync()[0]).toBe(0);
    expect(penalty!.value(bias).dataSync()[0]).toBe(0);
    expect(penalty!.value({ ...bias, ...kernel }).dataSync()[0]).toBeCloseTo(0.25, 6);
    const added = penalty!.addGradient(gradients, { ...bias, ...kernel });
    expect([...added["layer3/bias"]!.dataSync()]).toEqual([1, 1]);
    expect([...added["layer1/then1/kernel"]!.dataSync()]).toEqual([expect.closeTo(1.06, 5), expect.closeTo(1.08, 5)]);
    expect(penalty!.addGradient({}, {})).toEqual({});
  });

  it("probes that evaluate elsewhere have the same objective: at no distance they meet the step's own gradient", async () => {
    for (const parameters of ["weights", "all"] as const) {
      const frozen = sgd({ learningRate: 0, weightDecay: 0.5, decay: "kernels" });
      const records = await collect(toyBatches(1).pipe(train(network, frozen, { seed: 1 }), ics({ parameters })));
      const l2 = valuesOf(records, "l2");
      expect(l2).toHaveLength(3);
      for (const value of l2) expect(value).toBeLessThan(1e-6);
    }
    const records = await collect(
      toyBatches(1).pipe(
        train(network, kernelDecay(), { seed: 1 }),
        probes(gradientSteps({ distances: [1e-6] }), loss(), hessian({ iterations: 2, when: every(1) }), norms()),
      ),
    );
    const of = (probe: string, stat: string) =>
      records.flatMap((r) => (r.kind === "reading" && r.probe === probe && r.stat === stat ? r.value : []))[0]!;
    expect(of("gradient_steps", "penalized_loss")).toBeCloseTo(of("loss", "penalized_loss"), 4);
    expect(of("gradient_steps", "loss_max")).toBeCloseTo(of("loss", "penalized_loss"), 4);
    expect(of("gradient_steps", "gradient_difference")).toBeLessThan(1e-3);
    expect(Number.isFinite(of("hessian", "eigenvalue"))).toBe(true);
  });

  describe("a user's optimizer that breaks its contract is named", () => {
    const plain = sgd({ learningRate: 0.1 });
    it.each<[string, Optimizer["update"], string]>([
      [
        "no rate",
        (...given) => ({ ...plain.update(...given), learningRate: undefined as unknown as number }),
        "its update gave the learning rate undefined; return the learningRate that made it",
      ],
      [
        "a rate that is no number",
        (...given) => ({ ...plain.update(...given), learningRate: NaN }),
        "learning rate NaN",
      ],
      [
        "a forgotten parameter",
        (...given) => {
          const { params, ...rest } = plain.update(...given);
          const fewer = Object.fromEntries(Object.entries(params).filter(([name]) => name !== "layer1/bias"));
          return { params: fewer, ...rest };
        },
        "its update left out layer1/bias",
      ],
      [
        "a name of its own",
        (...given) => {
          const made = plain.update(...given);
          return { ...made, params: { ...made.params, "layer9/kernel": tf.scalar(1) } };
        },
        "its update gave layer9/kernel, which did not come in",
      ],
      [
        "another shape",
        (...given) => {
          const made = plain.update(...given);
          return { ...made, params: mapParams(made.params, (value) => tf.expandDims(value, 0)) };
        },
        "its update made [1,32,4] of layer1/kernel, which is [32,4]",
      ],
    ])("%s", async (_name, update, message) => {
      const odd: Optimizer = { name: "odd", init: () => ({}), update };
      await expectNoLeak(() =>
        expect(collect(toyBatches(2).pipe(train(mlp({ hidden: [4], classes: 3 }), odd, { seed: 1 })))).rejects.toThrow(
          `optimizer odd: ${message}`.replace(/^optimizer odd: learning/, "learning"),
        ),
      );
    });
  });
});

it("muon applies the coupled decay of others to what they move, and refuses what looks elsewhere", () => {
  const { penalty } = muon({ others: adam({ weightDecay: 0.5 }) });
  tf.tidy(() => {
    const params = { "layer1/kernel": tf.ones([2, 2]), "layer1/bias": tf.tensor1d([1, 2]) };
    const grads = mapParams(params, (value) => tf.zerosLike(value));
    expect(penalty!.value(params).dataSync()[0]).toBeCloseTo(0.25 * 5, 6);
    const added = penalty!.addGradient(grads, params);
    expect([...added["layer1/kernel"]!.dataSync()]).toEqual([0, 0, 0, 0]);
    expect([...added["layer1/bias"]!.dataSync()]).toEqual([0.5, 1]);
  });
  expect(["layer1/kernel", "layer1/bias"].map((name) => penalty!.includes!(name))).toEqual([false, true]);
  expect(muon().penalty).toBeUndefined();
  expect(() => muon({ others: sam(sgd({ learningRate: 0.1 })) })).toThrow(
    "muon: others cannot be sam sgd, which looks at the gradient elsewhere",
  );
});

it("sgd says in a line what it cannot do", async () => {
  expect(() => sgd({ learningRate: Infinity })).toThrow(
    "sgd: learningRate must be a number from 0 up, a function of the step or an Observable, not Infinity",
  );
  expect(() => sgd({ learningRate: 1, weightDecay: -1 })).toThrow(
    "sgd: weightDecay must be a number from 0 up, not -1",
  );
  expect(() => sgd({ learningRate: 1, decay: "kernel" as "kernels" })).toThrow(
    'sgd: decay must be "kernels" or "all", or a pattern of names such as /kernel$/, not "kernel"',
  );
  const sinking = sgd({ learningRate: (step) => 1 - step });
  await expect(collect(toyBatches(3).pipe(train(mlp({ classes: 3 }), sinking, { seed: 1 })))).rejects.toThrow(
    "sgd: learningRate(2) gave -1, not a number from 0 up",
  );
});
