import * as tf from "@tensorflow/tfjs-core";
import type { Tensor, Tensor4D } from "@tensorflow/tfjs-core";
import { reading, type Call, type Rule } from "./rule.ts";

interface ExtremumAttrs {
  readonly reductionIndices?: number | number[];
  readonly axis?: number | number[];
  readonly keepDims: boolean;
}

/** The mean tangent of those that share the extremum. */
const extremum = reading((call) => {
  const t = call.tangent("x");
  if (!t) return undefined;
  const { reductionIndices, axis = reductionIndices, keepDims } = call.attrs as unknown as ExtremumAttrs;
  const x = call.input("x");
  const axes = tf.util.parseAxisParam(axis!, x.shape);
  const kept = x.shape.map((n, i) => (axes.includes(i) ? 1 : n));
  const winners = tf.cast(tf.equal(x, tf.reshape(call.output(), kept)), "float32");
  return tf.div(tf.sum(tf.mul(t, winners), axes, keepDims), tf.sum(winners, axes, keepDims));
});

/** Along the last axis, with p = softmax(x): p (x' - Σ p x'). */
const softmax = reading((call) => {
  const t = call.tangent("logits");
  if (!t) return undefined;
  const p = call.output();
  return tf.mul(p, tf.sub(t, tf.sum(tf.mul(p, t), -1, true)));
});

interface PoolAttrs {
  readonly filterSize: number | readonly [number, number];
  readonly strides: number | readonly [number, number];
  readonly pad: "valid" | "same" | number;
}

/** Windows may overlap; the first maximum of a window is its winner. */
function maxPool(call: Call): Tensor | undefined {
  const t = call.tangent("x");
  if (!t) return undefined;
  const { filterSize, strides, pad } = call.attrs as unknown as PoolAttrs;
  const x = call.input("x") as Tensor4D;
  const y = call.output() as Tensor4D;
  const { padInfo, filterHeight, filterWidth, strideHeight, strideWidth } = tf.backend_util.computePool2DInfo(
    x.shape,
    filterSize as number,
    strides as number,
    1,
    pad,
  );
  const edges: [number, number][] = [
    [0, 0],
    [padInfo.top, padInfo.bottom],
    [padInfo.left, padInfo.right],
    [0, 0],
  ];
  const [padded, moved] = [tf.pad(x, edges, -3e38), tf.pad(t, edges, 0)];
  const [batch, height, width, channels] = y.shape;
  const at = (values: Tensor, row: number, column: number): Tensor =>
    tf.stridedSlice(
      values,
      [0, row, column, 0],
      [batch, row + (height - 1) * strideHeight + 1, column + (width - 1) * strideWidth + 1, channels],
      [1, strideHeight, strideWidth, 1],
    );
  let [left, sum]: [Tensor, Tensor] = [tf.onesLike(y), tf.zerosLike(y)];
  for (let row = 0; row < filterHeight; row++) {
    for (let column = 0; column < filterWidth; column++) {
      const wins = tf.mul(left, tf.cast(tf.equal(at(padded, row, column), y), "float32"));
      sum = tf.add(sum, tf.mul(wins, at(moved, row, column)));
      left = tf.sub(left, wins);
    }
  }
  return sum;
}

/** tfjs's batch normalization with given statistics: y = scale (x - mean) / sqrt(variance + ε) + offset. */
const givenStatistics = reading((call) => {
  const { varianceEpsilon } = call.attrs as { varianceEpsilon: number };
  const has = (name: string) => call.names.includes(name);
  const inverse = tf.rsqrt(tf.add(call.input("variance"), varianceEpsilon));
  const centred = tf.sub(call.input("x"), call.input("mean"));
  const scale = has("scale") ? call.input("scale") : tf.onesLike(inverse);
  const slopes: Readonly<Record<string, () => Tensor>> = {
    x: () => tf.mul(scale, inverse),
    mean: () => tf.neg(tf.mul(scale, inverse)),
    variance: () => tf.mul(tf.mul(centred, scale), tf.mul(tf.pow(inverse, 3), -0.5)),
    scale: () => tf.mul(centred, inverse),
    offset: () => tf.onesLike(inverse),
  };
  const parts = Object.entries(slopes).flatMap(([name, slope]) => {
    const t = has(name) ? call.tangent(name) : undefined;
    return t ? [tf.broadcastTo(tf.mul(t, slope()), call.shape)] : [];
  });
  return parts.length > 0 ? tf.addN(parts) : undefined;
});

export const reductions: Readonly<Record<string, Rule>> = {
  Max: extremum,
  Min: extremum,
  Softmax: softmax,
  MaxPool: reading(maxPool),
  FusedBatchNorm: givenStatistics,
  // dx = dy where y > 0, dy (y + 1) elsewhere.
  EluGrad: reading((call) => {
    const [dy, y] = [call.input("dy"), call.input("y")];
    const [tdy, ty] = [call.tangent("dy"), call.tangent("y")];
    const above = tf.greaterEqual(y, 0);
    const parts = [
      tdy && tf.mul(tdy, tf.where(above, tf.onesLike(y), tf.add(y, 1))),
      ty && tf.where(above, tf.zerosLike(y), tf.mul(ty, dy)),
    ].filter((part) => part !== undefined);
    return parts.length > 0 ? tf.addN(parts) : undefined;
  }),
};
