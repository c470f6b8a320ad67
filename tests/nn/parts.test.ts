import * as tf from "@tensorflow/tfjs";
import { from, map } from "rxjs";
import { describe, expect, it } from "vitest";
import {
  batchNorm,
  conv,
  dense,
  flatten,
  identity,
  layered,
  maxPool,
  relu,
  rootKey,
  sgd,
  train,
  type Block,
  type Layer,
  type Network,
  type Norm,
  type Tap,
} from "gradstream";
import { onEachBackend } from "../fixtures/backends.ts";
import { collect } from "../fixtures/streams.ts";
import { expectNoLeak, gaussian } from "../fixtures/tensors.ts";
import { toyBatch } from "../fixtures/toy-batches.ts";
import { batchesOf, counting, hidden, last, namesOf, SHAPE, tap } from "../fixtures/own-parts.ts";

onEachBackend(() => {
  describe("state", () => {
    it("of a norm that stands after the non-linearity is kept from step to step", async () => {
      const network = layered("post norm", [hidden({ then: [batchNorm()] }), last]);
      const means = await collect(
        batchesOf(3).pipe(
          train(network, sgd({ learningRate: 0.1 }), { seed: 1 }),
          map(({ states, activations }) => {
            const { value } = activations.find((a) => a.layer === 1 && a.site === "output")!;
            const [before, after] = [states.before, states.after].map((s) => s["layer1/mean"]!.dataSync().slice());
            return { before: [...before!], after: [...after!], batch: [...tf.mean(value, 0).dataSync()] };
          }),
        ),
      );
      means.forEach(({ before, after, batch }, i) => {
        if (i > 0) expect(before).toEqual(means[i - 1]!.after);
        after.forEach((value, unit) => expect(value).toBeCloseTo(0.9 * before[unit]! + 0.1 * batch[unit]!, 5));
      });
      expect(means.at(-1)!.after.some((value) => value !== 0)).toBe(true);
    });

    it("of every part is kept, in whole passes and in passes from a layer to a layer", () => {
      const network = layered("counters", [
        hidden({ norm: counting("a"), nonlinearity: counting("b"), then: [counting("c")] }),
        { linear: dense({ units: 3 }), nonlinearity: identity(), norm: batchNorm() },
      ]);
      const { params, state } = network.init(rootKey(1), SHAPE);
      const names = [
        "layer1/count",
        "layer1/nonlinearity/count",
        "layer1/then1/count",
        "layer2/mean",
        "layer2/variance",
      ];
      expect(Object.keys(state)).toEqual(names);
      const pass = (own: typeof state, from: number, to: number, x: tf.Tensor, mode: "train" | "probe" | "evaluate") =>
        network.apply(params, own, x, { mode, tap, from, to });
      const first = pass(state, 1, 1, gaussian([4, 5], 1), "train");
      const second = pass(first.state, 2, 2, gaussian([4, 6], 1), "train");
      const third = pass(second.state, 1, 2, gaussian([4, 5], 2), "train");
      expect([first, second, third].map((output) => Object.keys(output.state).sort())).toEqual(
        Array(3).fill([...names].sort()),
      );
      const counts = (own: typeof state) => names.slice(0, 3).map((name) => own[name]!.dataSync()[0]);
      expect([counts(state), counts(first.state), counts(second.state), counts(third.state)]).toEqual([
        [0, 0, 0],
        [1, 1, 1],
        [1, 1, 1],
        [2, 2, 2],
      ]);
      expect(second.state["layer1/count"]).toBe(first.state["layer1/count"]);
      expect(first.state["layer2/mean"]).toBe(state["layer2/mean"]);
      for (const mode of ["probe", "evaluate"] as const) {
        expect(pass(third.state, 1, 2, gaussian([4, 5], 2), mode).state).toBe(third.state);
      }
    });

    it("that lacks what init gave is an error that names layer and part", () => {
      const forgetful: Layer = { ...counting("a", "forgetful"), apply: (_params, _state, x) => [x, {}] };
      const network = layered("forgetful", [hidden(), hidden({ nonlinearity: forgetful }), last]);
      const { params, state } = network.init(rootKey(1), SHAPE);
      expect(() => network.apply(params, state, gaussian([4, 5], 1), { mode: "train", tap })).toThrow(
        "layer 2: forgetful gave the state nothing; its init gave count",
      );
    });
  });

  it("two parts of one name have tensors, draws and gradients of their own", async () => {
    const units = 5;
    const network = layered("twice", [
      { linear: dense({ units }), nonlinearity: relu(), then: [dense({ units }), dense({ units })] },
      last,
    ]);
    const names = ["kernel", "bias", "then1/kernel", "then1/bias", "then2/kernel", "then2/bias"];
    expect(namesOf(network)[0]!.slice(0, 6)).toEqual(names.map((name) => `layer1/${name}`));
    const [step] = await collect(
      batchesOf(1).pipe(
        train(network, sgd({ learningRate: 0.1 }), { seed: 1 }),
        map(({ params, next, logits, batch }) => {
          const p = (name: string) => params[name]!;
          const affine = (x: tf.Tensor, scope: string) => tf.add(tf.matMul(x, p(`${scope}kernel`)), p(`${scope}bias`));
          const first = tf.relu(affine(tf.tensor(batch.examples, [batch.size, 5]), "layer1/"));
          const expected = affine(affine(affine(first, "layer1/then1/"), "layer1/then2/"), "layer2/");
          const kernels = ["layer1/", "layer1/then1/", "layer1/then2/"].map((scope) => `${scope}kernel`);
          return {
            error: tf.max(tf.abs(tf.sub(logits, expected))).dataSync()[0]!,
            kernels: kernels.map((name) => [...p(name).dataSync()]),
            moved: kernels.map((name) => tf.max(tf.abs(tf.sub(next[name]!, p(name)))).dataSync()[0]!),
          };
        }),
      ),
    );
    expect(step!.error).toBeLessThan(1e-5);
    const [a, b, c] = step!.kernels;
    expect(a).not.toEqual(b);
    expect(b).not.toEqual(c);
    for (const moved of step!.moved) expect(moved).toBeGreaterThan(0);
  });

  it("names of networks without such parts stay, whatever stands between them", () => {
    const image = (norm?: Norm): Block[] => [
      { linear: conv({ filters: 4 }), norm: norm?.(), nonlinearity: relu(), then: [maxPool(), flatten()] },
      last,
    ];
    const rest = ["layer2/kernel", "layer2/bias"];
    expect(namesOf(layered("plain", image()), [4, 4, 1])).toEqual([["layer1/kernel", "layer1/bias", ...rest], []]);
    expect(namesOf(layered("normed", image(batchNorm)), [4, 4, 1])).toEqual([
      ["layer1/kernel", "layer1/bias", "layer1/scale", "layer1/shift", ...rest],
      ["layer1/mean", "layer1/variance"],
    ]);
  });

  it("two norms of a layer have parameters and running statistics of their own", () => {
    const network = layered("two norms", [hidden({ norm: batchNorm(), then: [batchNorm({ momentum: 1 })] }), last]);
    expect(namesOf(network)).toEqual([
      [
        "layer1/kernel",
        "layer1/bias",
        "layer1/scale",
        "layer1/shift",
        "layer1/then1/scale",
        "layer1/then1/shift",
        "layer2/kernel",
        "layer2/bias",
      ],
      ["layer1/mean", "layer1/variance", "layer1/then1/mean", "layer1/then1/variance"],
    ]);
    const { params, state } = network.init(rootKey(1), SHAPE);
    let output!: tf.Tensor;
    const seen: Tap = (layer, site, value) => (layer === 1 && site === "output" ? (output = value) : value);
    const { state: next } = network.apply(params, state, gaussian([16, 5], 3), { mode: "train", tap: seen });
    const mean = tf.mean(output, 0).dataSync();
    next["layer1/then1/mean"]!.dataSync().forEach((value, unit) => expect(value).toBeCloseTo(mean[unit]!, 5));
    // The first norm's mean moves a tenth of the way.
    expect(Math.max(...next["layer1/mean"]!.dataSync().map(Math.abs))).toBeLessThan(0.3);
  });

  it("a part sees its own tensors only: a dense layer without bias takes none from its neighbour", () => {
    const shifting: Layer = {
      name: "shifting",
      init: (_key, shape) => ({ params: { bias: tf.fill([shape.at(-1)!], 100) }, state: {}, shape }),
      apply: (params, state, x) => [tf.add(x, params["bias"]!), state],
    };
    const network = layered("neighbours", [{ linear: dense({ units: 6, bias: false }), nonlinearity: shifting }, last]);
    const { params, state } = network.init(rootKey(1), SHAPE);
    const x = gaussian([4, 5], 1);
    const linear: tf.Tensor[] = [];
    network.apply(params, state, x, {
      mode: "train",
      tap: (layer, site, value) => {
        if (layer === 1 && site === "linear") linear.push(value);
        return value;
      },
    });
    const expected = tf.matMul(x, params["layer1/kernel"]!);
    expect(tf.max(tf.abs(tf.sub(linear[0]!, expected))).dataSync()[0]).toBeLessThan(1e-6);
  });

  it("applies parameters from elsewhere without having drawn any, and leaves nothing behind", async () => {
    const make = () => layered("twice", [hidden({ then: [dense({ units: 4 }), batchNorm()] }), last]);
    const { params, state } = make().init(rootKey(1), SHAPE);
    const [drawn, fresh] = [make(), make()];
    drawn.init(rootKey(2), SHAPE);
    const logits = (network: Network) =>
      tf.tidy(() => network.apply(params, state, gaussian([4, 5], 1), { mode: "train", tap }).logits.dataSync());
    await expectNoLeak(() => expect(logits(fresh)).toEqual(logits(drawn)));
    const fewer = Object.fromEntries(Object.entries(params).filter(([name]) => name !== "layer1/then1/kernel"));
    expect(() => fresh.apply(fewer, state, gaussian([4, 5], 1), { mode: "train", tap })).toThrow(
      "layer1/then1/kernel is missing; pass all that init gave",
    );
  });

  it("a batch statistic of a single value is refused in training, layer and norm named, and not in evaluation", async () => {
    const network = layered("normed", [hidden(), hidden({ norm: batchNorm() }), last]);
    const one = from([toyBatch(0, { size: 1, shape: SHAPE })]);
    await expectNoLeak(() =>
      expect(collect(one.pipe(train(network, sgd({ learningRate: 0.1 }), { seed: 1 })))).rejects.toThrow(
        "layer 2: batchNorm: a batch of [1,6] leaves a single value to each unit's statistics; give it more examples",
      ),
    );
    const { params, state } = network.init(rootKey(1), SHAPE);
    const x = gaussian([1, 5], 1);
    expect(network.apply(params, state, x, { mode: "evaluate", tap }).logits.shape).toEqual([1, 3]);
    expect(() => network.apply(params, state, x, { mode: "probe", tap })).toThrow("single value");
  });
});

it("a norm without a non-linearity behind it is refused: it would stand nowhere", () => {
  expect(() => layered("bad", [hidden(), { linear: dense({ units: 3 }), norm: batchNorm() }])).toThrow(
    "layered: layer 2 has a norm but no nonlinearity after it; add identity()",
  );
});
