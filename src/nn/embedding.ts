import * as tf from "@tensorflow/tfjs-core";
import type { Tensor, Tensor2D } from "@tensorflow/tfjs-core";
import { UserError } from "../core/errors.ts";
import * as option from "../core/options.ts";
import { drawn, type Initializer } from "./initializer.ts";
import { lecunNormal } from "./lecun.ts";
import type { Layer } from "./layer.ts";

/** Options of `embedding`. */
export interface EmbeddingOptions {
  /** Number of tokens: examples hold whole numbers from 0 up and below it. */
  readonly vocabulary: number;
  /** Length of a token's vector. */
  readonly units: number;
  /** Initializer of the table. Default `lecunNormal()`. */
  readonly initial?: Initializer;
}

/**
 * Makes a table of vectors: tokens `[size, tokens]` to `[size, tokens, units]`. It is the product of a one-hot matrix and
 * the table, which has exact second derivatives; a number that is no token gives zeros.
 *
 * Parameter `kernel`, `[vocabulary, units]`. No state. Costs tokens × vocabulary × units.
 *
 * @throws {UserError} for an option that is missing or not one. `init` throws it for examples that are not `[tokens]`.
 */
export function embedding(options: EmbeddingOptions): Layer {
  option.checkOptions<EmbeddingOptions>("embedding", options, {
    vocabulary: option.required(option.number),
    units: option.required(option.number),
    initial: option.anything,
  });
  const { vocabulary, units, initial = lecunNormal() } = options;
  option.checkWhole("embedding", { vocabulary, units });
  return {
    name: `embedding(${vocabulary}, ${units})`,
    options: { vocabulary, units },
    init: (key, shape) => {
      if (shape.length !== 1) throw new UserError(`embedding: needs examples of [tokens], not [${shape}]`);
      const kernel = drawn("embedding", initial, key, [vocabulary, units]);
      return { params: { kernel }, state: {}, shape: [shape[0]!, units] };
    },
    apply: (params, state, x) => {
      const rows = tf.matMul(oneHotOf(x, vocabulary), params["kernel"] as Tensor2D);
      return [tf.reshape(rows, [...x.shape, units]), state];
    },
  };
}

/** Makes the rows of a one-hot matrix of all tokens; no gradient flows to the tokens. */
function oneHotOf(tokens: Tensor, vocabulary: number): Tensor2D {
  return tf.customGrad(() => ({
    value: tf.cast(tf.oneHot(tf.cast(tf.reshape(tokens, [-1]), "int32"), vocabulary), "float32"),
    gradFunc: () => tf.zerosLike(tokens),
  }))(tokens) as Tensor2D;
}
