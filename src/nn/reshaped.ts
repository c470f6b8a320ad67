import * as tf from "@tensorflow/tfjs-core";
import { UserError } from "../core/errors.ts";
import { stateless, type Layer } from "./layer.ts";

/**
 * Makes a layer that gives each example another shape of as many values: `reshaped([32, 96])` makes the rows of a CIFAR
 * image tokens. No parameters, no state.
 *
 * @throws {UserError} from `init` for examples of another number of values.
 */
export function reshaped(shape: readonly number[]): Layer {
  const size = (of: readonly number[]): number => of.reduce((product, n) => product * n, 1);
  const fitted = (input: readonly number[]): readonly number[] => {
    if (size(input) === size(shape)) return shape;
    throw new UserError(`reshaped: examples of [${input}] cannot be [${shape}]: that has ${size(shape)} values`);
  };
  return stateless(`reshaped(${shape.join(", ")})`, fitted, (x) => tf.reshape(x, [x.shape[0], ...shape]));
}
