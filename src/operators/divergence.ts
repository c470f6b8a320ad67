import { mean, mul, type Tensor } from "@tensorflow/tfjs-core";
import { DivergedError } from "../core/errors.ts";
import type { Activation } from "../core/live.ts";
import type { Site } from "../core/types.ts";

/** Computes a number that is finite where all values of an activation are, however large, and NaN elsewhere. */
export const witness = ({ value }: Pick<Activation, "value">): Tensor => mean(mul(value, 0));

/** Makes the error that names the first activation that is not finite. */
export function diverged(
  loss: number,
  step: number,
  places: readonly { readonly layer: number; readonly site: Site }[],
  witnesses: readonly Float32Array[],
): DivergedError {
  const first = places.find((_, i) => !Number.isFinite(witnesses[i]![0]));
  const place = first ? `first at layer ${first.layer} (${first.site})` : "every activation is finite, the loss is not";
  return new DivergedError(`the loss is ${loss} at step ${step}: ${place}`, { step, layer: first?.layer });
}
