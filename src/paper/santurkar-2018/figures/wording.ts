import type { Axis } from "../../figure.ts";

export const STEP: Axis = { label: "step" };
export const ACCURACY: Axis = { label: "minibatch accuracy, %" };
export const LOSS: Axis = { label: "training loss", log: true };
export const DIFFERENCE: Axis = { label: "‖∇L(θ - ηg) - g‖", log: true };

/** Arms, and how captions call them. */
export const PAIR = ["standard", "batchNorm"];
export const NOISY = [...PAIR, "noisyBatchNorm"];
export const FIVE = [...PAIR, "l1Norm", "l2Norm", "lInfNorm"];
export const OF_PAIR = "with and without BatchNorm";
export const OF_FIVE = "standard, BatchNorm, L1, L2 and L∞ normalization";

/** Settings, as captions tell them. */
export const VGG = "VGG, gradient descent";
export const VGG_STEPS = "steps η are 1/2, 1, 2 and 4 times the learning rate 0.1";
export const DEEP = "25 linear layers of 10 units, full batches, learning rate 10⁻⁶";
export const DEEP_STEPS = "steps η are 1/100 to 30 times the learning rate 10⁻⁶";

/** Writes `layers 2, 9 and 13`. */
export function layersInWords(layers: readonly number[]): string {
  const last = layers.at(-1)!;
  const before = layers.slice(0, -1).join(", ");
  return before === "" ? `layer ${last}` : `layers ${before} and ${last}`;
}

/** Writes `layers 2, 9 and 13 of the paper's VGG`; panels name those that were measured in their place. */
export const paperLayersInWords = (layers: readonly number[]): string => `${layersInWords(layers)} of the paper's VGG`;
