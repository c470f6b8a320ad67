import * as tf from "@tensorflow/tfjs-core";
import { UserError } from "../core/errors.ts";
import type { Initializer } from "./initializer.ts";

/**
 * Makes the initializer that sets every value to `value`.
 *
 * @throws {UserError} when `value` is not a finite number.
 */
export function constant(value: number): Initializer {
  if (!Number.isFinite(value)) throw new UserError(`constant: needs a finite number, not ${value}`);
  return { name: `constant(${value})`, draw: (_key, shape) => tf.fill([...shape], value) };
}
