import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { reading, type Rule } from "./rule.ts";

/** Computes dy/dx, element by element, from x and y = f(x). */
type Slope = (x: Tensor, y: Tensor, attrs: Readonly<Record<string, unknown>>) => Tensor;

const mask = (condition: Tensor): Tensor => tf.cast(condition, "float32");
const SELU = { scaleAlpha: 1.7580993408473768, scale: 1.0507009873554805 };

/** Derivatives of kernels of one tensor; kinks count as the piece that tfjs's own gradients take there. */
const SLOPES: Readonly<Record<string, Slope>> = {
  Abs: (x) => tf.sign(x),
  Acos: (x) => tf.neg(tf.rsqrt(tf.sub(1, tf.square(x)))),
  Acosh: (x) => tf.rsqrt(tf.sub(tf.square(x), 1)),
  Asin: (x) => tf.rsqrt(tf.sub(1, tf.square(x))),
  Asinh: (x) => tf.rsqrt(tf.add(tf.square(x), 1)),
  Atan: (x) => tf.reciprocal(tf.add(tf.square(x), 1)),
  Atanh: (x) => tf.reciprocal(tf.sub(1, tf.square(x))),
  ClipByValue: (x, _y, { clipValueMin, clipValueMax }) =>
    mask(tf.logicalAnd(tf.greaterEqual(x, clipValueMin as number), tf.lessEqual(x, clipValueMax as number))),
  Cos: (x) => tf.neg(tf.sin(x)),
  Cosh: (x) => tf.sinh(x),
  Elu: (_x, y) => tf.where(tf.greater(y, 0), tf.onesLike(y), tf.add(y, 1)),
  Erf: (x) => tf.mul(tf.exp(tf.neg(tf.square(x))), 2 / Math.sqrt(Math.PI)),
  Exp: (_x, y) => y,
  Expm1: (_x, y) => tf.add(y, 1),
  LeakyRelu: (x, _y, { alpha }) => tf.where(tf.greater(x, 0), tf.onesLike(x), tf.fill(x.shape, alpha as number)),
  Log: (x) => tf.reciprocal(x),
  Log1p: (x) => tf.reciprocal(tf.add(x, 1)),
  Neg: (x) => tf.fill(x.shape, -1),
  Reciprocal: (_x, y) => tf.neg(tf.square(y)),
  Relu6: (x) => tf.mul(tf.step(x), mask(tf.lessEqual(x, 6))),
  Rsqrt: (_x, y) => tf.mul(tf.mul(tf.square(y), y), -0.5),
  Selu: (x, y) => tf.where(tf.greater(x, 0), tf.fill(x.shape, SELU.scale), tf.add(y, SELU.scaleAlpha)),
  Sigmoid: (_x, y) => tf.mul(y, tf.sub(1, y)),
  Sin: (x) => tf.cos(x),
  Sinh: (x) => tf.cosh(x),
  Softplus: (x) => tf.sigmoid(x),
  Sqrt: (_x, y) => tf.div(0.5, y),
  Square: (x) => tf.mul(x, 2),
  Tan: (_x, y) => tf.add(tf.square(y), 1),
  Tanh: (_x, y) => tf.sub(1, tf.square(y)),
};

export const elementwise: Readonly<Record<string, Rule>> = Object.fromEntries(
  Object.entries(SLOPES).map(([kernel, slope]) => [
    kernel,
    reading((call) => {
      const t = call.tangent(call.names[0]!);
      return t && tf.mul(t, slope(call.input(call.names[0]!), call.output(), call.attrs));
    }),
  ]),
);
