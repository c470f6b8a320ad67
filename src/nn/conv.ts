import * as tf from "@tensorflow/tfjs-core";
import type { Tensor4D } from "@tensorflow/tfjs-core";
import { UserError } from "../core/errors.ts";
import * as option from "../core/options.ts";
import { fold } from "../core/random.ts";
import { constant } from "./constant.ts";
import { glorotUniform } from "./glorot.ts";
import { drawn, type Initializer } from "./initializer.ts";
import type { Layer } from "./layer.ts";
import { checkWhole } from "./whole.ts";

/** Options of `conv`. */
export interface ConvOptions {
  /** Output channels. */
  readonly filters: number;
  /** Height and width of the filters. Default 3. */
  readonly size?: number;
  /** Whether to add a bias; false before a normalization that has a shift. Default true. */
  readonly bias?: boolean;
  /** Initializer of the kernel. Default `glorotUniform()`. */
  readonly initial?: Initializer;
  /** Initializer of the bias. Default `constant(0)`. */
  readonly initialBias?: Initializer;
}

/**
 * Makes a 2-D convolution with stride 1 and zero padding that keeps the size: `[batch, height, width, in]` to
 * `[batch, height, width, filters]`.
 *
 * Parameters `kernel`, `[size, size, in, filters]`, and `bias`, `[filters]`. No state.
 *
 * @throws {UserError} for an option that is missing or not one. `init` throws it for examples that are not `[height,
 * width, channels]`.
 */
export function conv(options: ConvOptions): Layer {
  option.checkOptions<ConvOptions>("conv", options, {
    filters: option.required(option.number),
    size: option.number,
    bias: option.flag,
    initial: option.anything,
    initialBias: option.anything,
  });
  const { filters, size = 3, bias = true, initial = glorotUniform(), initialBias = constant(0) } = options;
  checkWhole("conv", { filters, size });
  return {
    name: `conv${size}x${size}(${filters})`,
    options: { size, filters, bias, stride: 1, padding: "same" },
    init: (key, shape) => {
      if (shape.length !== 3) throw new UserError(`conv: needs [height, width, channels] examples, not [${shape}]`);
      const [height, width, channels] = shape as [number, number, number];
      const kernel = drawn("conv", initial, key, [size, size, channels, filters]);
      const params = bias ? { kernel, bias: drawn("conv", initialBias, fold(key, "bias"), [filters]) } : { kernel };
      return { params, state: {}, shape: [height, width, filters] };
    },
    apply: (params, state, x) => {
      const y = tf.conv2d(x as Tensor4D, params["kernel"] as Tensor4D, 1, "same");
      return [params["bias"] ? tf.add(y, params["bias"]) : y, state];
    },
  };
}
