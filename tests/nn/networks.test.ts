import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { crossEntropy } from "../../src/core/losses.ts";
import { valueAndGradients } from "../../src/core/gradients.ts";
import type { Tap } from "../../src/core/network.ts";
import { layerOf, type Params, type State } from "../../src/core/params.ts";
import { rootKey } from "../../src/core/random.ts";
import { batchNorm } from "../../src/nn/batch-norm.ts";
import { conv } from "../../src/nn/conv.ts";
import { deepLinear } from "../../src/nn/deep-linear.ts";
import { dense } from "../../src/nn/dense.ts";
import { filterResponseNorm } from "../../src/nn/filter-response-norm.ts";
import { flatten } from "../../src/nn/flatten.ts";
import { heNormal } from "../../src/nn/he.ts";
import { identity } from "../../src/nn/identity.ts";
import { layered } from "../../src/nn/layered.ts";
import { maxPool } from "../../src/nn/max-pool.ts";
import { mlp } from "../../src/nn/mlp.ts";
import { relu } from "../../src/nn/relu.ts";
import { tlu } from "../../src/nn/tlu.ts";
import { vgg } from "../../src/nn/vgg.ts";
import { sgd } from "../../src/optim/sgd.ts";
import { onEachBackend } from "../fixtures/backends.ts";
import { goldens, toTensor, type Golden } from "../fixtures/goldens.ts";
import { relativeError } from "../fixtures/tensors.ts";

interface NetworkCase {
  readonly batch: { readonly examples: Golden; readonly labels: number[] };
  readonly params: Readonly<Record<string, Golden>>;
  readonly logits: Golden;
  readonly loss: number;
  readonly grads: Readonly<Record<string, Golden>>;
  readonly sgd: {
    readonly learningRate: number;
    readonly weightDecay: number;
    readonly losses: readonly number[];
    readonly params: Readonly<Record<string, Golden>>;
    readonly running?: Readonly<Record<string, Golden>>;
    readonly evaluationLogits?: Golden;
  };
}

const NAMES: Readonly<Record<string, string>> = {
  conv1: "layer1",
  norm1: "layer1",
  conv2: "layer2",
  norm2: "layer2",
  dense: "layer3",
};
/** The fixture's `conv1.kernel` is our `layer1/kernel`. */
const ours = (name: string): string => {
  const [layer, role] = name.split(".") as [string, string];
  return `${NAMES[layer]!}/${role}`;
};
const through: Tap = (_layer, _site, value) => value;

onEachBackend(() => {
  describe.each([
    ["network", undefined],
    ["networkBatchNorm", batchNorm],
  ] as const)("PyTorch's %s", (name, norm) => {
    const golden = goldens[name] as NetworkCase;
    const block = (filters: number) => ({
      linear: conv({ filters }),
      norm: norm?.(),
      nonlinearity: relu(),
    });
    const network = layered("golden", [
      { ...block(4), then: [maxPool()] },
      { ...block(5), then: [maxPool(), flatten()] },
      { linear: dense({ units: 10 }) },
    ]);

    it("has the same logits, loss and gradients, and the same three steps of SGD with weight decay", () => {
      let params: Params = Object.fromEntries(
        Object.entries(golden.params).map(([key, value]) => [ours(key), toTensor(value)]),
      );
      let { state }: { state: State } = network.init(rootKey(0), golden.batch.examples.shape.slice(1));
      const x = toTensor(golden.batch.examples);
      const labels = tf.tensor1d(golden.batch.labels, "int32");
      const optimizer = sgd({ learningRate: golden.sgd.learningRate, weightDecay: golden.sgd.weightDecay });
      golden.sgd.losses.forEach((expectedLoss, step) => {
        let logits!: tf.Tensor;
        let next!: State;
        const { value, grads } = valueAndGradients(() => {
          const output = network.apply(params, state, x, { mode: "train", tap: through });
          logits = tf.keep(output.logits);
          next = output.state;
          for (const tensor of Object.values(next)) tf.keep(tensor);
          return crossEntropy(output.logits, labels);
        }, params);
        expect(value.dataSync()[0]).toBeCloseTo(expectedLoss, 5);
        if (step === 0) {
          expect(relativeError(logits.dataSync(), golden.logits.values)).toBeLessThan(3e-6);
          for (const [key, grad] of Object.entries(golden.grads)) {
            const got = grads[ours(key)]!.dataSync();
            // A bias in front of BatchNorm has no gradient but rounding.
            const scale = Math.max(0.1, ...grad.values.map(Math.abs));
            got.forEach((v, i) => expect(Math.abs(v - grad.values[i]!) / scale, key).toBeLessThan(1e-5));
          }
        }
        ({ params } = optimizer.update(params, optimizer.penalty!.addGradient(grads, params), {}, step));
        state = next;
      });
      for (const [key, value] of Object.entries(golden.sgd.params)) {
        const scale = Math.max(1e-2, ...value.values.map(Math.abs));
        params[ours(key)]!.dataSync().forEach((v, i) =>
          expect(Math.abs(v - value.values[i]!) / scale, key).toBeLessThan(2e-5),
        );
      }
      for (const [key, value] of Object.entries(golden.sgd.running ?? {})) {
        expect(relativeError(state[ours(key)]!.dataSync(), value.values), key).toBeLessThan(1e-5);
      }
      if (golden.sgd.evaluationLogits) {
        const { logits } = network.apply(params, state, x, { mode: "evaluate", tap: through });
        expect(relativeError(logits.dataSync(), golden.sgd.evaluationLogits.values)).toBeLessThan(2e-5);
      }
    });
  });
});

describe("vgg", () => {
  it.each([
    [11, 8],
    [13, 10],
    [16, 13],
  ])("of depth %i has %i convolutions, then a dense head of 512-512, then the classes", (depth, convolutions) => {
    const { layers } = vgg({ depth, norm: batchNorm });
    expect(layers.map(({ layer }) => layer)).toEqual(Array.from({ length: convolutions + 3 }, (_, i) => i + 1));
    const kinds = layers.map(({ name }) => name.replace(/\(.*/, ""));
    expect(kinds).toEqual([...Array<string>(convolutions).fill("conv3x3"), "dense", "dense", "dense"]);
    expect(layers.slice(-3).map(({ parts }) => parts)).toEqual([
      ["dense(512)", "batchNorm", "relu"],
      ["dense(512)", "batchNorm", "relu"],
      ["dense(10)"],
    ]);
    expect(layers.at(-1)!.sites).toEqual(["linear", "output"]);
    expect(vgg({ depth, width: 4, head: [] }).layers).toHaveLength(convolutions + 1);
    expect(vgg({ depth, width: 4 }).layers.at(-2)!.name).toBe("dense(32)");
  });

  it("says in its name how it is built", () => {
    expect(vgg().name).toBe("vgg16 width 64, head 512-512, no norm, glorotUniform(gain 1.414)");
    const options = { depth: 11, width: 4, head: [], norm: filterResponseNorm, nonlinearity: tlu };
    expect(vgg({ ...options, initial: heNormal() }).name).toBe(
      "vgg11 width 4, no head, filterResponseNorm, tlu, heNormal(fan in)",
    );
    expect(mlp({ norm: () => batchNorm({ initialScale: 0.5 }), nonlinearity: identity }).name).toBe(
      "mlp 64-64, batchNorm(scale 0.5, shift 0), identity, glorotUniform(gain 1)",
    );
    expect(deepLinear().name).toBe("deep linear 25 x 10, no norm, glorotUniform(gain 1)");
  });

  it("of depth 16 and width 64 holds 14,714,688 convolution weights and biases, as torchvision's features do", () => {
    const { params } = vgg().init(rootKey(0), [32, 32, 3]);
    const convolutions = Object.entries(params).filter(([name]) => layerOf(name) <= 13);
    expect(convolutions.reduce((sum, [, value]) => sum + value.size, 0)).toBe(14_714_688);
  });

  it("draws the same kernels with and without a norm, so that arms differ by the norm alone", () => {
    const [plain, normed] = [vgg({ width: 2 }), vgg({ width: 2, norm: batchNorm })].map(
      (network) => network.init(rootKey(5), [32, 32, 3]).params,
    );
    expect(plain!["layer3/kernel"]!.dataSync()).toEqual(normed!["layer3/kernel"]!.dataSync());
    expect(Object.keys(normed!).filter((name) => name.startsWith("layer3/"))).toEqual([
      "layer3/kernel",
      "layer3/scale",
      "layer3/shift",
    ]);
  });

  it("shows every activation once, in order, at its sites", () => {
    const network = vgg({ depth: 11, width: 1, head: [4] });
    const { params, state } = network.init(rootKey(0), [32, 32, 3]);
    const seen: string[] = [];
    const { logits } = network.apply(params, state, tf.zeros([1, 32, 32, 3]), {
      mode: "train",
      tap: (layer, site, value) => {
        seen.push(`${layer} ${site}`);
        return value;
      },
    });
    expect(logits.shape).toEqual([1, 10]);
    expect(seen).toEqual(network.layers.flatMap(({ layer, sites }) => sites.map((site) => `${layer} ${site}`)));
  });

  it("refuses a depth it does not know", () => {
    expect(() => vgg({ depth: 12 })).toThrow("vgg: no depth 12; choose 11, 13, 16");
    expect(() => vgg({ width: 0 })).toThrow("vgg: width must be a whole number from 1 up, not 0");
    expect(() => vgg({ head: [8, 2.5] })).toThrow("vgg: head[1] must be a whole number from 1 up, not 2.5");
    expect(() => mlp({ classes: 0 })).toThrow("mlp: classes must be a whole number from 1 up, not 0");
  });
});

describe("mlp", () => {
  it("takes examples of any shape", () => {
    const network = mlp({ hidden: [5], classes: 3, norm: batchNorm });
    const { params, state } = network.init(rootKey(0), [2, 3, 1]);
    const { logits } = network.apply(params, state, tf.ones([4, 2, 3, 1]), { mode: "evaluate", tap: through });
    expect(logits.shape).toEqual([4, 3]);
    expect(Object.keys(params)).toEqual([
      "layer1/kernel",
      "layer1/scale",
      "layer1/shift",
      "layer2/kernel",
      "layer2/bias",
    ]);
  });
});
