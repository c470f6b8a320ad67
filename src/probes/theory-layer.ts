import * as tf from "@tensorflow/tfjs-core";
import type { Scalar, Tensor, Tensor1D } from "@tensorflow/tfjs-core";
import { valueAndGradients } from "../core/gradients.ts";
import type { Step } from "../core/live.ts";
import { fold, normal } from "../core/random.ts";
import { linearize } from "../core/tangents/linearize.ts";
import { toVector } from "../core/vectors.ts";
import { LayerPasses } from "./layer-passes.ts";

/** A layer with a BatchNorm, and its input. */
interface BatchNormLayer {
  readonly layer: number;
  readonly input: Tensor;
  /** Units to measure. */
  readonly units: readonly number[];
  /** Number of them, from the first, for second derivatives. */
  readonly curved: number;
}

/**
 * Measures a BatchNorm layer by passes of the network. Columns are `[units, rows]`, rows being examples times
 * positions; `kernel…` columns are `[units, inputs]`. Returns by name:
 * - `y`, `z`, `g` = dL̂/dz, `d` = dL̂/dy, `scale`, `shift`;
 * - `rescaled`: z with the kernel doubled;
 * - `kernel`, `kernelGradient`; of a random kernel V, `kernelRandom` and `xRandom` = X V;
 * - `lambda`: the largest singular value of X (rows by inputs of a unit), from below;
 * - `kernels`: the whole kernel;
 * - `identityLoss`, `identityGradient`: at γ = σ and β = μ of every unit, so that z = y;
 * - `standardLoss`, without BatchNorm, at y, and `standardGradient`, after that z;
 * - `hdd`: how dL̂/dy moves along d; `hd`, `hg`: how dL̂/dz moves along d and along g; each direction of length 1, of
 *   the `curved` units, exactly (core/tangents).
 */
export function lookAt(step: Step, { layer, input, units, curved }: BatchNormLayer): Record<string, Tensor> {
  const { params } = step;
  const passes = new LayerPasses(step, { layer, input });
  const names = batchNormNames(params, layer)!;
  const [kernel, scale, shift] = [params[names.kernel]!, params[names.scale]!, params[names.shift]!];
  const y = step.activations.find((a) => a.layer === layer && a.site === "linear")!.value;
  const columns = (value: Tensor): Tensor => columnsOf(value, units);

  const z = passes.alone(params, "norm", y);
  const g = passes.fromNorm(z).grads["z"]!;
  const own = { kernel: tf.clone(kernel), offset: tf.zerosLike(y) };
  const { grads } = valueAndGradients(
    () => passes.loss({ ...params, [names.kernel]: own.kernel }, "linear", (value) => tf.add(value, own.offset)),
    own,
  );
  const d = grads["offset"]!;
  const doubled = passes.alone({ ...params, [names.kernel]: tf.mul(kernel, 2) }, "norm");

  const { mean, variance } = tf.moments(tf.reshape(y, [-1, y.shape.at(-1)!]), 0);
  const neutral = { ...params, [names.scale]: tf.sqrt(variance), [names.shift]: mean };
  const identity = passes.fromLinear(neutral, y);
  // At the very values that BatchNorm gives: where y is at a kink, rounding would put it on the other side.
  const standard = passes.fromNorm(passes.alone(neutral, "norm", y));

  const random = tf.tensor(normal(fold(step.key, "theory", layer), kernel.size), kernel.shape);
  const rows = tf.tensor1d([...units], "int32");
  return {
    y: columns(y),
    z: columns(z),
    g: columns(g),
    d: columns(d),
    scale: tf.gather(scale, rows),
    shift: tf.gather(shift, rows),
    rescaled: columns(doubled),
    kernel: columns(kernel),
    kernelGradient: columns(grads["kernel"]!),
    kernelRandom: columns(random),
    xRandom: columns(passes.linear(random)),
    lambda: largestSingularValue((weights) => passes.linear(weights), random),
    standardLoss: passes.loss(params, "norm", () => passes.intervened(y)),
    standardGradient: columns(standard.grads["z"]!),
    identityLoss: identity.value,
    identityGradient: columns(identity.grads["y"]!),
    kernels: toVector({ kernel }),
    ...secondDerivatives(
      { at: y, gradient: () => passes.fromLinear(params, y).grads["y"]! },
      { hdd: d },
      units.slice(0, curved),
    ),
    ...secondDerivatives(
      { at: z, gradient: () => passes.fromNorm(z).grads["z"]! },
      { hd: d, hg: g },
      units.slice(0, curved),
    ),
  };
}

/** Returns the values of some units, `[units, rows]`. */
function columnsOf(value: Tensor, units: readonly number[]): Tensor {
  const rows = tf.reshape(value, [-1, value.shape.at(-1)!]);
  return tf.transpose(tf.gather(rows, tf.tensor1d([...units], "int32"), 1));
}

/** Returns how a gradient moves along directions by name, `[units, rows]`: of each unit, along its own part alone. */
function secondDerivatives(
  { at, gradient }: { readonly at: Tensor; readonly gradient: () => Tensor },
  directions: Readonly<Record<string, Tensor>>,
  units: readonly number[],
): Record<string, Tensor> {
  const hessian = linearize(() => ({ at: gradient() }), { at });
  const along = (direction: Tensor): Tensor => {
    if (units.length === 0) return tf.zeros([0, at.size / at.shape.at(-1)!]);
    const product = (unit: number) => hessian.product({ at: unitsOf(direction, unit) })["at"]!;
    return tf.concat(units.map((unit) => tf.tidy(() => columnsOf(product(unit), [unit]))));
  };
  const found = Object.entries(directions).map(([name, direction]) => [name, along(direction)] as const);
  hessian.dispose();
  return Object.fromEntries(found);
}

/**
 * Returns the names of a layer's kernel and of the scale and shift of the BatchNorm after it; undefined where one is
 * missing.
 */
export function batchNormNames(params: object, layer: number) {
  const scoped = `layer${layer}/norm/`;
  const prefix = `${scoped}scale` in params ? scoped : `layer${layer}/`;
  const names = { kernel: `layer${layer}/kernel`, scale: `${prefix}scale`, shift: `${prefix}shift` };
  return Object.values(names).every((name) => name in params) ? names : undefined;
}

/** Returns the values of one unit scaled to length 1, and 0 for all other units. */
function unitsOf(value: Tensor, unit: number): Tensor {
  const only = tf.mul(value, tf.oneHot(tf.tensor1d([unit], "int32"), value.shape.at(-1)!));
  // Squares of tiny gradients would be lost.
  const sized = tf.div(only, tf.maximum(tf.max(tf.abs(only)), 1e-30));
  return tf.div(sized, tf.maximum(tf.sqrt(tf.sum(tf.square(sized))), 1e-30));
}

const ITERATIONS = 10;

/**
 * Estimates ‖X‖₂ by power iteration on X'X, each unit's weights a start of its own. Never above the true value but for
 * rounding.
 */
function largestSingularValue(linear: (weights: Tensor) => Tensor, start: Tensor): Scalar {
  const lengths = (weights: Tensor): Tensor1D => {
    const inputs = tf.reshape(weights, [-1, weights.shape.at(-1)!]);
    return tf.sqrt(tf.sum<Tensor1D>(tf.square(inputs), 0));
  };
  let weights = tf.div(start, lengths(start));
  let stretched = lengths(weights);
  for (let i = 0; i < ITERATIONS; i++) {
    const w = weights;
    const { grads } = valueAndGradients(() => tf.mul(tf.sum(tf.square(linear(w))), 0.5), { w });
    stretched = lengths(grads["w"]!);
    weights = tf.div(grads["w"]!, tf.maximum(stretched, 1e-30));
  }
  return tf.sqrt(tf.max<Scalar>(stretched));
}
