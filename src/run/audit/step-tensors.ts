import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { UserError } from "../../core/errors.ts";
import type { Activation, Step } from "../../core/live.ts";
import type { Params } from "../../core/params.ts";
import { fold, normal, rootKey } from "../../core/random.ts";
import { randomDirection } from "../../probes/gradient-steps.ts";

const WIDE = fold(rootKey(0), "values that reach wide");

/** How the tensors of an audit are laid out, in words. */
export const LAYOUT = `Images NHWC, convolution kernels [height, width, in, out], dense kernels [in, out], flattening in
NHWC order; all values float32, little-endian. params/, next/, grads/: parameters before and after the update, and the
gradients of loss plus penalty. state/, next_state/: running statistics before and after. batch/examples (of images
pixel / 127.5 - 1) and batch/labels (classes) or batch/targets. noise/layer<i>/<site>/scale and .../shift: the activations
operator gave scale * a + shift there. random_direction/: the direction of random_steps, as long as the gradient.
metadata layers: the parts of each layer in the order of computation, with their options in settings; site linear is
after the linear map (conv or dense), norm before the non-linearity, output after that. conv: stride as in
settings, zeros around the input that keep the size at stride 1 (a kernel as large as size). maxPool: windows without
overlap, a rest at the right or lower edge left out. batchNorm: scale (x - mean) / sqrt(variance + epsilon) + shift per unit, over examples and positions,
variance biased; l1Norm, l2Norm, lInfNorm: the divisor is mean |x| + epsilon, sqrt(mean x² + epsilon), max |x| + epsilon of
x before the mean is subtracted. Running statistics: old (1 - momentum) + momentum new, of the variance the unbiased.
Penalty: weight_decay / 2 times the sum of squares of the parameters that decays names. cross-entropy: mean over the
batch of -log softmax; half sum of squares: over batch and units. sgd: next = params - learning_rate * grads.`.replaceAll(
  "\n",
  " ",
);

/** Returns everything of a step by name, as live tensors. Must be called inside a tensor scope. */
export function stepTensors(
  step: Step,
  states: { readonly before: Params; readonly after: Params },
): Record<string, Tensor> {
  const { batch, params, next, grads } = step;
  const examples = tf.tensor(batch.examples, [batch.size, ...batch.shape]);
  const { labels } = batch;
  return {
    ...prefixed("params", params),
    ...prefixed("next", next),
    ...prefixed("grads", grads),
    ...prefixed("state", states.before),
    ...prefixed("next_state", states.after),
    ...prefixed("random_direction", randomDirection(step)),
    "batch/examples": examples,
    ...(labels instanceof Int32Array
      ? { "batch/labels": tf.tensor1d(labels, "int32") }
      : { "batch/targets": tf.tensor2d(labels, [batch.size, labels.length / batch.size]) }),
    ...noiseDraws(step),
  };
}

const prefixed = (prefix: string, values: Params): Params =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}/${name}`, value]));

/**
 * Returns what the activations operator does at this step, as scale and shift of every place that it changes.
 *
 * @throws {UserError} when it is no such map: two numbers per element cannot describe it then.
 */
function noiseDraws({ activations, intervention }: Step): Record<string, Tensor> {
  const draws: Record<string, Tensor> = {};
  if (!intervention) return draws;
  for (const { layer, site, value } of activations) {
    const shift = intervention(layer, site, tf.zeros(value.shape));
    const scale = tf.sub(intervention(layer, site, tf.ones(value.shape)), shift);
    const wide = tf.tensor(normal(WIDE, value.size, 0, 1000), value.shape);
    const bent = tf.max(tf.abs(tf.sub(intervention(layer, site, wide), tf.add(tf.mul(scale, wide), shift))));
    const changes = tf.max(tf.maximum(tf.abs(shift), tf.abs(tf.sub(scale, 1))));
    // float32 keeps seven digits of values around 1000.
    if (!(bent.dataSync()[0]! < 0.1)) throw notAffine({ layer, site });
    if (changes.dataSync()[0] === 0) continue;
    draws[`noise/layer${layer}/${site}/scale`] = scale;
    draws[`noise/layer${layer}/${site}/shift`] = shift;
  }
  return draws;
}

const notAffine = ({ layer, site }: Pick<Activation, "layer" | "site">): UserError =>
  new UserError(
    `audit: the activations operator at layer ${layer} (${site}) does not give scale * a + shift; ` +
      "only such a one can be written down",
  );
