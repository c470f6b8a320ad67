import * as tf from "@tensorflow/tfjs-core";
import { UserError } from "../core/errors.ts";
import { stateless, type Layer } from "./layer.ts";

/**
 * Makes the mean over the tokens: `[size, tokens, units]` to `[size, units]`. No parameters, no state.
 *
 * @throws {UserError} from `init` for examples that are not `[tokens, units]`.
 */
export function tokenMean(): Layer {
  const unitsOf = (shape: readonly number[]): readonly number[] => {
    if (shape.length === 2) return [shape[1]!];
    throw new UserError(`tokenMean: needs examples of [tokens, units], not [${shape}]`);
  };
  return stateless("tokenMean", unitsOf, (x) => tf.mean(x, 1));
}
