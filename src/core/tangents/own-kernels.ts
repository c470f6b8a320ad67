import * as tf from "@tensorflow/tfjs-core";
import type { Tensor, Tensor4D } from "@tensorflow/tfjs-core";
import {
  combinationKernel,
  KERNELS,
  type BatchNormAttrs,
  type CombinationAttrs,
  type MaxPoolAttrs,
} from "../kernels.ts";
import { rerun } from "./linear-maps.ts";
import { reading, type Call, type Rule } from "./rule.ts";

const axesOf = (x: Tensor): number[] => x.shape.slice(0, -1).map((_, axis) => axis);

/** The fused gradient: with P v = v - mean(v) - x̂ mean(v x̂), gives [scale / σ P v, Σ v x̂, Σ v]. */
function project(call: Call, v: Tensor, scale: Tensor, [mean, variance]: readonly [Tensor, Tensor]): Tensor[] {
  return rerun(
    { kernel: KERNELS.batchNormGrad, attrs: call.attrs },
    { dy: v, x: call.input("x"), scale, mean, variance },
  );
}

const inverseDeviation = (call: Call, variance: Tensor): Tensor =>
  tf.rsqrt(tf.add(variance, (call.attrs as unknown as BatchNormAttrs).epsilon));

/** y' = scale / σ P x' + scale' x̂ + shift'; mean' and variance' go with x'. */
const batchNorm = reading((call) => {
  const [x, mean, variance] = [call.input("x"), call.output(1), call.output(2)];
  const [tx, tScale, tShift] = [call.tangent("x"), call.tangent("scale"), call.tangent("shift")];
  const rows = x.size / mean.size;
  const inverse = inverseDeviation(call, variance);
  const parts: Tensor[] = [];
  let [tMean, tVariance]: [Tensor | undefined, Tensor | undefined] = [undefined, undefined];
  if (tx) {
    const [moved, along, total] = project(call, tx, call.input("scale"), [mean, variance]) as [Tensor, Tensor, Tensor];
    parts.push(moved);
    tMean = tf.div(total, rows);
    tVariance = tf.mul(tf.div(along, inverse), 2 / rows);
  }
  if (tScale) {
    const slope = tf.mul(tScale, inverse);
    const offset = tf.mul(tf.neg(mean), slope);
    parts.push(tf.add(tf.mul(x, slope), tShift ? tf.add(offset, tShift) : offset));
  } else if (tShift) parts.push(tf.broadcastTo(tShift, call.shape));
  return [parts.length > 0 ? tf.addN(parts) : undefined, tMean, tVariance];
});

/**
 * With w = dy, u = x', A_v = mean(v x̂) and C_wu the covariance of w and u over the rows, the derivative of
 * dx = scale / σ P w is
 *
 *     1/σ P(scale w' - scale/σ A_w u + (scale' - scale/σ A_u) w) - scale/σ² (C_wu - A_w A_u) x̂
 *
 * and that of Σ w x̂ is Σ w' x̂ + rows/σ (C_wu - A_w A_u). Mean and variance are those of x and move with it.
 */
const batchNormGrad = reading((call) => {
  const [w, x, scale, mean, variance] = ["dy", "x", "scale", "mean", "variance"].map((name) => call.input(name)) as [
    Tensor,
    Tensor,
    Tensor,
    Tensor,
    Tensor,
  ];
  const [tw, u, tScale] = [call.tangent("dy"), call.tangent("x"), call.tangent("scale")];
  if (!tw && !u && !tScale) return undefined;
  const rows = x.size / scale.size;
  const axes = axesOf(x);
  const inverse = inverseDeviation(call, variance);
  const ones = tf.onesLike(scale);
  const parts: Tensor[] = [];
  const [alongs, totals]: [Tensor[], Tensor[]] = [[], []];
  let ofW: Tensor | undefined = tScale;
  let ofXhat: Tensor | undefined;
  if (tw) {
    parts.push(tf.mul(tw, scale));
    totals.push(tf.sum(tw, axes));
    const dot = tf.sum(tf.mul(tw, x), axes);
    alongs.push(tf.mul(tf.sub(dot, tf.mul(totals[0]!, mean)), inverse));
  }
  if (u) {
    const alongW = tf.div(call.output(1), rows);
    // What x' does to mean and variance, the forward pass has said.
    const meanU = call.tangent("mean")!;
    const alongU = tf.mul(call.tangent("variance")!, tf.mul(inverse, 0.5));
    const slope = tf.mul(scale, inverse);
    const product = tf.div(tf.sum(tf.mul(w, u), axes), rows);
    const covariance = tf.sub(product, tf.mul(tf.div(call.output(2), rows), meanU));
    const rest = tf.mul(tf.sub(covariance, tf.mul(alongW, alongU)), inverse);
    parts.push(tf.mul(u, tf.neg(tf.mul(slope, alongW))));
    const drag = tf.neg(tf.mul(slope, alongU));
    ofW = ofW ? tf.add(ofW, drag) : drag;
    alongs.push(tf.mul(rest, rows));
    ofXhat = tf.neg(tf.mul(rest, slope));
  }
  if (ofW) parts.push(tf.mul(w, ofW));
  const [moved] = project(call, tf.addN(parts), ones, [mean, variance]) as [Tensor];
  const coefficient = ofXhat && tf.mul(ofXhat, inverse);
  const dx = coefficient ? tf.add(moved, tf.add(tf.mul(x, coefficient), tf.neg(tf.mul(mean, coefficient)))) : moved;
  return [dx, alongs.length > 0 ? tf.addN(alongs) : undefined, totals[0]];
});

/** Windows do not overlap: the winners are where the gradient of the window's maximum arrives. */
const maxPool = reading((call) => {
  const t = call.tangent("x");
  if (!t) return undefined;
  const { size } = call.attrs as unknown as MaxPoolAttrs;
  const winners = call.once("winners", () => {
    const [x, y] = [call.input("x"), call.output()];
    const workspace = call.outputCount > 1 ? { workspace: call.output(1) } : {};
    const inputs = { dy: tf.fill(y.shape, size * size), x, y, ...workspace };
    return rerun({ kernel: KERNELS.maxPoolGrad, attrs: call.attrs }, inputs)[0]!;
  });
  // All but one of a window's values are masked out: its mean is that one's share.
  return tf.avgPool(tf.mul<Tensor4D>(t, winners), size, size, "valid");
});

export const ownKernels: Readonly<Record<string, Rule>> = {
  [KERNELS.batchNorm]: batchNorm,
  [KERNELS.batchNormGrad]: batchNormGrad,
  [KERNELS.maxPool]: maxPool,
  [KERNELS.maxPoolGrad]: reading((call) => {
    const dy = call.tangent("dy");
    return dy && rerun(call, { ...Object.fromEntries(call.names.map((name) => [name, call.input(name)])), dy });
  }),
  [KERNELS.noise]: reading((call) => {
    const t = call.tangent("x");
    return t && tf.mul(t, call.output(1));
  }),
  [KERNELS.combination]: reading((call) => {
    const { a, b } = call.attrs as unknown as CombinationAttrs;
    const [x, y] = [call.tangent("x"), call.tangent("y")];
    if (x && y) return combinationKernel(x, a, y, b);
    return x ? tf.mul(x, a) : y && tf.mul(y, b);
  }),
  Relu: reading((call) => {
    const dy = call.tangent("x");
    return dy && rerun({ kernel: KERNELS.reluGrad, attrs: {} }, { dy, y: call.output() })[0];
  }),
  [KERNELS.reluGrad]: reading((call) => {
    const dy = call.tangent("dy");
    return dy && rerun(call, { dy, y: call.input("y") });
  }),
};
