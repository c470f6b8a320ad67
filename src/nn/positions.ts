import * as tf from "@tensorflow/tfjs-core";
import { UserError } from "../core/errors.ts";
import { normal } from "../core/random.ts";
import type { Layer } from "./layer.ts";

/** Standard deviation of the first values, as in BERT and ViT. */
const SD = 0.02;

/**
 * Makes learned positions: `[size, tokens, units]` plus a vector for each token's place. Parameter `position`, `[tokens,
 * units]`, drawn from N(0, 0.02). No state.
 *
 * @throws {UserError} from `init` for examples that are not `[tokens, units]`.
 */
export function positions(): Layer {
  return {
    name: "positions",
    init: (key, shape) => {
      if (shape.length !== 2) throw new UserError(`positions: needs examples of [tokens, units], not [${shape}]`);
      const [tokens, units] = shape as [number, number];
      const position = tf.tensor2d(normal(key, tokens * units, 0, SD), [tokens, units]);
      return { params: { position }, state: {}, shape };
    },
    apply: (params, state, x) => [tf.add(x, params["position"]!), state],
  };
}
