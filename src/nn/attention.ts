import * as tf from "@tensorflow/tfjs-core";
import type { Tensor, Tensor3D } from "@tensorflow/tfjs-core";
import { UserError } from "../core/errors.ts";
import * as option from "../core/options.ts";
import type { Params } from "../core/params.ts";
import { fold } from "../core/random.ts";
import { dense } from "./dense.ts";
import { glorotUniform } from "./glorot.ts";
import type { Initializer } from "./initializer.ts";
import type { Layer } from "./layer.ts";

/** Options of `attention`. */
export interface AttentionOptions {
  /** Number of heads, of which the units are a multiple. Default 1. */
  readonly heads?: number;
  /** Whether a token sees only those up to itself. Default false. */
  readonly causal?: boolean;
  /** Whether the linear maps have biases. Default true. */
  readonly bias?: boolean;
  /** Initializer of every kernel. Default `glorotUniform()`. */
  readonly initial?: Initializer;
}

const MAPS = ["query", "key", "value", "out"] as const;

/**
 * Makes multi-head self-attention: `[size, tokens, units]` to the same shape. For a head, softmax(Q Kᵀ / √d) V, where Q, K
 * and V are linear maps of the tokens with d = units / heads outputs; the heads side by side pass a linear map.
 *
 * Parameters `query/kernel`, `key/kernel`, `value/kernel` and `out/kernel`, `[units, units]`, and their `bias`. No state.
 *
 * Source: Vaswani et al. 2017, "Attention Is All You Need".
 *
 * @throws {UserError} for an option that is not one. `init` throws it for examples that are not `[tokens, units]`, and
 * units that the heads do not divide.
 */
export function attention(options: AttentionOptions = {}): Layer {
  const given = option.checkOptions<AttentionOptions>("attention", options, {
    heads: option.number,
    causal: option.flag,
    bias: option.flag,
    initial: option.anything,
  });
  const { heads = 1, causal = false, bias = true, initial = glorotUniform() } = given;
  option.checkWhole("attention", { heads });
  const check = (shape: readonly number[]): void => {
    if (shape.length !== 2) throw new UserError(`attention: needs examples of [tokens, units], not [${shape}]`);
    if (shape[1]! % heads > 0) throw new UserError(`attention: ${heads} heads do not divide ${shape[1]} units`);
  };
  return {
    name: `attention(${heads}${causal ? ", causal" : ""})`,
    options: { heads, causal, bias },
    init: (key, shape) => {
      check(shape);
      const params = MAPS.flatMap((map) => {
        const own = dense({ units: shape[1]!, bias, initial }).init(fold(key, map), shape).params;
        return Object.entries(own).map(([name, value]) => [`${map}/${name}`, value] as const);
      });
      return { params: Object.fromEntries(params), state: {}, shape };
    },
    apply: (params, state, x) => {
      check(x.shape.slice(1));
      const [size, tokens, units] = x.shape as [number, number, number];
      const width = units / heads;
      const apart = (value: Tensor): Tensor3D => {
        const split = tf.transpose(tf.reshape(value, [size, tokens, heads, width]), [0, 2, 1, 3]);
        return tf.reshape(split, [size * heads, tokens, width]);
      };
      const [query, key, value] = MAPS.slice(0, 3).map((map) => apart(mapped(x, params, map))) as [
        Tensor3D,
        Tensor3D,
        Tensor3D,
      ];
      const scores = tf.div(tf.matMul(query, key, false, true), Math.sqrt(width));
      const weights = tf.softmax(causal ? tf.add(scores, futureMask(tokens)) : scores);
      const seen = tf.reshape(tf.matMul(weights, value), [size, heads, tokens, width]);
      const together = tf.reshape(tf.transpose(seen, [0, 2, 1, 3]), [size, tokens, units]);
      return [mapped(together, params, "out"), state];
    },
  };
}

function mapped(x: Tensor, params: Params, map: string): Tensor {
  const units = x.shape.at(-1)!;
  const y = tf.matMul(tf.reshape(x, [-1, units]), params[`${map}/kernel`] as tf.Tensor2D);
  const bias = params[`${map}/bias`];
  return tf.reshape(bias ? tf.add(y, bias) : y, x.shape);
}

/** Makes what is added to the scores: so much below 0 that softmax gives 0 where a token would see a later one. */
function futureMask(tokens: number): Tensor {
  const values = Float32Array.from({ length: tokens * tokens }, (_, at) =>
    at % tokens > Math.floor(at / tokens) ? -1e9 : 0,
  );
  return tf.tensor2d(values, [tokens, tokens]);
}
