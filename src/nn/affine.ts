import * as tf from "@tensorflow/tfjs-core";
import { UserError } from "../core/errors.ts";

/** Initial values of a normalization's scale and shift. */
export interface AffineOptions {
  /** Initial scale of every unit. Default 1. */
  readonly initialScale?: number;
  /** Initial shift of every unit. Default 0. */
  readonly initialShift?: number;
}

/**
 * Makes a normalization's initial `scale` and `shift`, `[units]` each, and its title, which names them when they are
 * not 1 and 0.
 *
 * @throws {UserError} when one is not a finite number.
 */
export function affine(who: string, { initialScale = 1, initialShift = 0 }: AffineOptions) {
  for (const [name, value] of Object.entries({ initialScale, initialShift })) {
    if (!Number.isFinite(value)) throw new UserError(`${who}: ${name} must be a finite number, not ${value}`);
  }
  const usual = initialScale === 1 && initialShift === 0;
  return {
    title: usual ? who : `${who}(scale ${initialScale}, shift ${initialShift})`,
    params: (units: number) => ({ scale: tf.fill([units], initialScale), shift: tf.fill([units], initialShift) }),
  };
}
