import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { blind, reading, sumOf, type Call, type Rule } from "./rule.ts";

/** Returns the sum of two tangents, either of which may be absent or smaller than the call's output. */
function joined(a: Tensor | undefined, b: Tensor | undefined, { shape }: Call): Tensor | undefined {
  const sum = sumOf([a, b], tf.add);
  return sum && (sum.shape.join() === shape.join() ? sum : tf.broadcastTo(sum, shape));
}

/** y = a'·slope(a) + b'·slope(b), the slopes given the values a, b and y. */
const ofTwo = (
  slopes: readonly [(a: Tensor, b: Tensor, y: Tensor) => Tensor, (a: Tensor, b: Tensor, y: Tensor) => Tensor],
): Rule =>
  reading((call) => {
    const values = [call.input("a"), call.input("b"), call.output()] as const;
    const [a, b] = (["a", "b"] as const).map((name, i) => {
      const t = call.tangent(name);
      return t && tf.mul(t, slopes[i]!(...values));
    });
    return joined(a, b, call);
  });

const mask = (condition: Tensor): Tensor => tf.cast(condition, "float32");

/** Kernels of two tensors that broadcast, and sums of many. */
export const arithmetic: Readonly<Record<string, Rule>> = {
  Add: blind((call) => joined(call.tangent("a"), call.tangent("b"), call)),
  Sub: blind((call) => {
    const b = call.tangent("b");
    return joined(call.tangent("a"), b && tf.neg(b), call);
  }),
  AddN: blind((call) =>
    sumOf(
      call.names.map((name) => call.tangent(name)),
      tf.add,
    ),
  ),
  Multiply: ofTwo([(_a, b) => b, (a) => a]),
  RealDiv: ofTwo([(_a, b) => tf.reciprocal(b), (_a, b, y) => tf.neg(tf.div(y, b))]),
  Maximum: ofTwo([(a, b) => mask(tf.greaterEqual(a, b)), (a, b) => mask(tf.less(a, b))]),
  Minimum: ofTwo([(a, b) => mask(tf.lessEqual(a, b)), (a, b) => mask(tf.greater(a, b))]),
  SquaredDifference: ofTwo([(a, b) => tf.mul(tf.sub(a, b), 2), (a, b) => tf.mul(tf.sub(b, a), 2)]),
  Atan2: ofTwo([
    (a, b) => tf.div(b, tf.add(tf.square(a), tf.square(b))),
    (a, b) => tf.neg(tf.div(a, tf.add(tf.square(a), tf.square(b)))),
  ]),
  Mod: ofTwo([(a) => tf.onesLike(a), (a, b) => tf.neg(tf.floor(tf.div(a, b)))]),
  Pow: ofTwo([
    (a, b) => tf.mul(b, tf.pow(a, tf.sub(b, 1))),
    (a, _b, y) => tf.mul(y, tf.log(tf.where(tf.greater(a, 0), a, tf.onesLike(a)))),
  ]),
  Prelu: reading((call) => {
    const [x, alpha] = [call.input("x"), call.input("alpha")];
    const [tx, ta] = [call.tangent("x"), call.tangent("alpha")];
    const above = tf.greater(x, 0);
    return sumOf(
      [tx && tf.where(above, tx, tf.mul(tx, alpha)), ta && tf.where(above, tf.zerosLike(x), tf.mul(ta, x))],
      tf.add,
    );
  }),
  Select: reading((call) => {
    const [t, e] = [call.tangent("t"), call.tangent("e")];
    if (!t && !e) return undefined;
    const zeros = () => tf.zeros(call.shape);
    return tf.where(call.input("condition"), t ?? zeros(), e ?? zeros());
  }),
};
