import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import {
  batchNorm,
  constant,
  conv,
  deepLinear,
  dense,
  flatten,
  fold,
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  l1Norm,
  layered,
  lecunNormal,
  lecunUniform,
  mlp,
  orthogonal,
  rootKey,
  vgg,
  type Initializer,
  type Key,
} from "gradstream";
import { expectNoLeak, product } from "../fixtures/tensors.ts";

const CONV = [3, 3, 16, 32];
const drawnBy = (initial: Initializer, shape: readonly number[], seed = 7): Float32Array =>
  initial.draw(rootKey(seed), shape).dataSync<"float32">();
const meanOf = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
const kernelsOf = (params: Readonly<Record<string, tf.Tensor>>) =>
  Object.entries(params).filter(([name]) => name.endsWith("/kernel"));

// What torch.nn.init gives the same kernel, [32, 16, 3, 3] in its layout: xavier_… for glorot…, kaiming_… for ReLU for
// he…, for a linear map for lecun…. A bound for the uniform laws, a standard deviation for the normal ones.
const UNIFORM: readonly (readonly [Initializer, number, string])[] = [
  [glorotUniform(), 0.117851, "glorotUniform(gain 1)"],
  [glorotUniform({ gain: Math.SQRT2 }), 0.166667, "glorotUniform(gain 1.414)"],
  [heUniform(), 0.204124, "heUniform(fan in)"],
  [heUniform({ fan: "out" }), 0.144338, "heUniform(fan out)"],
  [lecunUniform(), 0.144338, "lecunUniform"],
];
const NORMAL: readonly (readonly [Initializer, number, string])[] = [
  [glorotNormal(), 0.0680414, "glorotNormal(gain 1)"],
  [glorotNormal({ gain: 5 / 3 }), 0.113402, "glorotNormal(gain 1.667)"],
  [heNormal(), 0.117851, "heNormal(fan in)"],
  [heNormal({ fan: "out" }), 0.0833333, "heNormal(fan out)"],
  [lecunNormal(), 0.0833333, "lecunNormal"],
];

describe("initializers", () => {
  it.each(UNIFORM)("draw PyTorch's uniform laws: $name", (initial, bound, name) => {
    const values = drawnBy(initial, CONV);
    expect(initial.name).toBe(name);
    expect(Math.max(...values) / bound).toBeCloseTo(1, 2);
    expect(Math.min(...values) / bound).toBeCloseTo(-1, 2);
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(bound * (1 + 1e-5));
    // Four standard errors: that of a mean square of n draws is 0.9 of it over sqrt(n), that of a mean 0.6 over sqrt(n).
    const error = 4 / Math.sqrt(values.length);
    expect(Math.abs(meanOf(values.map((value) => value ** 2)) / (bound ** 2 / 3) - 1)).toBeLessThan(0.9 * error);
    expect(Math.abs(meanOf(values) / bound)).toBeLessThan(0.6 * error);
  });

  it.each(NORMAL)("draw PyTorch's normal laws: $name", (initial, sd, name) => {
    const values = drawnBy(initial, CONV);
    expect(initial.name).toBe(name);
    const error = 4 / Math.sqrt(values.length);
    expect(Math.abs(meanOf(values.map((value) => value ** 2)) / sd ** 2 - 1)).toBeLessThan(1.42 * error);
    expect(Math.abs(meanOf(values) / sd)).toBeLessThan(error);
    const beyond = (of: number) => values.filter((value) => Math.abs(value) > of * sd).length / values.length;
    expect(beyond(1)).toBeCloseTo(0.317, 1);
    expect(beyond(2)).toBeCloseTo(0.0455, 1);
    expect(Math.max(...values) / sd).toBeGreaterThan(3);
  });

  it("take the fans of a dense kernel from its two axes", () => {
    expect(Math.max(...drawnBy(heUniform(), [50, 200]))).toBeCloseTo(Math.sqrt(6 / 50), 3);
    expect(Math.max(...drawnBy(heUniform({ fan: "out" }), [50, 200]))).toBeCloseTo(Math.sqrt(6 / 200), 3);
    expect(Math.max(...drawnBy(glorotUniform(), [50, 200]))).toBeCloseTo(Math.sqrt(6 / 250), 3);
  });

  it.each([
    [[3, 3, 4, 8], 1],
    [[3, 3, 2, 40], 1],
    [[30, 12], 2],
    [[12, 30], Math.SQRT2],
    [[16, 16], 1],
  ])("orthogonal: the smaller side of %j is orthonormal, times %d", (shape, gain) => {
    const initial = orthogonal({ gain });
    const out = shape.at(-1)!;
    const q = tf.reshape(initial.draw(rootKey(3), shape), [-1, out]);
    const [rows] = q.shape as [number, number];
    const gram = rows >= out ? tf.matMul(q, q, true) : tf.matMul(q, q, false, true);
    const expected = tf.mul(tf.eye(Math.min(rows, out)), gain ** 2);
    expect(tf.max(tf.abs(tf.sub(gram, expected))).dataSync()[0]).toBeLessThan(1e-5 * gain ** 2);
    expect(drawnBy(initial, shape, 3)).not.toEqual(drawnBy(initial, shape, 4));
  });

  it("orthogonal is as likely to turn one way as the other: signs of the first column are mixed", () => {
    const signs = Array.from({ length: 200 }, (_, seed) => Math.sign(drawnBy(orthogonal(), [4, 4], seed)[0]!));
    expect(Math.abs(signs.reduce((a, b) => a + b, 0))).toBeLessThan(60);
  });

  it("are pure: a key and a shape decide, and nothing is left behind", async () => {
    const all = [...UNIFORM, ...NORMAL].map(([initial]) => initial).concat(orthogonal(), constant(0.3));
    for (const initial of all) expect(drawnBy(initial, CONV)).toEqual(drawnBy(initial, CONV));
    await expectNoLeak(() => {
      for (const initial of all) initial.draw(rootKey(1), [4, 5]).dispose();
    });
    expect([...drawnBy(constant(0.5), [2, 2])]).toEqual([0.5, 0.5, 0.5, 0.5]);
  });

  it("say in a line what they cannot do", () => {
    expect(() => glorotUniform({ gain: 0 })).toThrow("glorotUniform: gain must be a finite number above 0, not 0");
    expect(() => orthogonal({ gain: NaN })).toThrow("orthogonal: gain must be a finite number above 0, not NaN");
    expect(() => heNormal({ fan: "average" as "in" })).toThrow('heNormal: fan must be "in" or "out", not average');
    expect(() => constant(Infinity)).toThrow("constant: needs a finite number, not Infinity");
    expect(() => drawnBy(glorotUniform(), [5])).toThrow("needs a kernel [in, out] or more, not [5]; use constant()");
    const uncalled = dense({ units: 2, initial: glorotUniform as unknown as Initializer });
    expect(() => uncalled.init(rootKey(0), [3])).toThrow(
      "dense: the initial values need an initializer, not a function",
    );
    const flat: Initializer = { name: "flat", draw: (_key, shape) => tf.zeros([product(shape)]) };
    expect(() => conv({ filters: 2, initial: flat }).init(rootKey(0), [4, 4, 1])).toThrow(
      "conv: the initializer flat gave [18] for [3,3,1,2]",
    );
  });
});

describe("initial values of layers and networks", () => {
  it("are those asked for, of kernel and bias", () => {
    const asked = { initial: constant(2), initialBias: constant(-1) };
    for (const layer of [dense({ units: 3, ...asked }), layered("one", [{ linear: dense({ units: 3, ...asked }) }])]) {
      const values = Object.values(layer.init(rootKey(0), [2]).params).map((tensor) => [...tensor.dataSync()]);
      expect(values).toEqual([Array(6).fill(2), Array(3).fill(-1)]);
    }
    const { params } = conv({ filters: 2, size: 1, ...asked }).init(rootKey(0), [4, 4, 3]);
    expect(params["bias"]!.dataSync()).toEqual(Float32Array.of(-1, -1));
    expect([...dense({ units: 3 }).init(rootKey(0), [2]).params["bias"]!.dataSync()]).toEqual([0, 0, 0]);
  });

  it("reach every kernel of vgg, mlp and deepLinear, and name the network", () => {
    const initial = constant(0.25);
    const networks = [
      [vgg({ depth: 11, width: 1, initial }), [32, 32, 3], 11],
      [mlp({ hidden: [4, 4], initial }), [6], 3],
      [deepLinear({ depth: 3, initial }), [10], 3],
    ] as const;
    for (const [network, shape, count] of networks) {
      expect(network.name).toContain(", constant(0.25)");
      const kernels = kernelsOf(network.init(rootKey(0), shape).params);
      expect(kernels).toHaveLength(count);
      for (const [name, kernel] of kernels) expect(new Set(kernel.dataSync()), name).toEqual(new Set([0.25]));
    }
  });

  it("are scale and shift of a norm too, and the name says so", () => {
    const start = { initialScale: 0.5, initialShift: -2 };
    for (const norm of [batchNorm(start), l1Norm(start)]) {
      const { scale, shift } = norm.init(rootKey(0), [3]).params;
      expect([...scale!.dataSync(), ...shift!.dataSync()]).toEqual([0.5, 0.5, 0.5, -2, -2, -2]);
      expect(norm.title).toBe(`${norm.name}(scale 0.5, shift -2)`);
    }
    expect(() => batchNorm({ initialScale: NaN })).toThrow("batchNorm: initialScale must be a finite number, not NaN");
  });

  it("of gain √2 are √2 times those of gain 1, and those with BatchNorm are the same", () => {
    const options = { depth: 11, width: 2 };
    const kernels = [
      vgg({ ...options, initial: glorotUniform() }),
      vgg(options),
      vgg({ ...options, norm: batchNorm }),
      vgg({ ...options, norm: batchNorm, initial: glorotUniform({ gain: Math.SQRT2 }) }),
    ].map((network) => kernelsOf(network.init(rootKey(5), [32, 32, 3]).params));
    const [plain, gained, ...others] = kernels as [(typeof kernels)[0], (typeof kernels)[0], ...typeof kernels];
    expect(plain).toHaveLength(11);
    plain.forEach(([name, kernel], i) => {
      const once = kernel.dataSync();
      gained[i]![1].dataSync().forEach((value, j) => {
        expect(Math.abs(value - Math.SQRT2 * once[j]!), name).toBeLessThanOrEqual(2e-7 * Math.abs(value));
      });
      for (const other of others) {
        expect(other[i]![0]).toBe(name);
        expect(other[i]![1].dataSync(), name).toEqual(gained[i]![1].dataSync());
      }
    });
  });

  it("come from keys that name layer and part, whatever draws: a kernel is its initializer's draw", () => {
    const key = rootKey(9);
    const { params } = mlp({ hidden: [5], initial: lecunNormal() }).init(key, [7]);
    const expected = lecunNormal().draw(fold(key, 1, "dense(5)"), [7, 5]);
    expect(params["layer1/kernel"]!.dataSync()).toEqual(expected.dataSync());
  });

  it("may be a user's own", () => {
    const seen: Key[] = [];
    const identity: Initializer = {
      name: "identity",
      draw: (key, shape) => {
        seen.push(key);
        return tf.eye(shape[0]!, shape[1]);
      },
    };
    const network = layered(`mine, ${identity.name}`, [
      { linear: flattened(dense({ units: 4, bias: false, initial: identity })) },
    ]);
    const { params, state } = network.init(rootKey(1), [2, 2, 1]);
    const x = tf.tensor4d([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2, 1]);
    const { logits } = network.apply(params, state, x, { mode: "train", tap: (_layer, _site, value) => value });
    expect([...logits.dataSync()]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(seen).toHaveLength(1);
  });
});

function flattened(layer: ReturnType<typeof dense>): ReturnType<typeof dense> {
  const first = flatten();
  return {
    name: layer.name,
    init: (key, shape) => layer.init(key, first.init(key, shape).shape),
    apply: (params, state, x, mode) => layer.apply(params, state, first.apply({}, {}, x, mode)[0], mode),
  };
}
