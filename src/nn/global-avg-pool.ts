import * as tf from "@tensorflow/tfjs-core";
import { UserError } from "../core/errors.ts";
import { stateless, type Layer } from "./layer.ts";

/**
 * Makes the mean over all positions of each channel: `[batch, height, width, channels]` to `[batch, channels]`. No
 * parameters, no state.
 *
 * @throws {UserError} from `init` for examples that are not images.
 */
export function globalAvgPool(): Layer {
  const channelsOf = (shape: readonly number[]): readonly number[] => {
    if (shape.length === 3) return [shape[2]!];
    throw new UserError(`globalAvgPool: needs [height, width, channels] examples, not [${shape}]`);
  };
  return stateless("globalAvgPool", channelsOf, (x) => tf.mean(x, [1, 2]));
}
