import * as tf from "@tensorflow/tfjs-core";
import type { Tensor4D } from "@tensorflow/tfjs-core";
import { UserError } from "../core/errors.ts";
import * as option from "../core/options.ts";
import { fold } from "../core/random.ts";
import { constant } from "./constant.ts";
import { everyNth } from "./every-nth.ts";
import { glorotUniform } from "./glorot.ts";
import { drawn, type Initializer } from "./initializer.ts";
import type { Layer } from "./layer.ts";

/** Options of `conv`. */
export interface ConvOptions {
  /** Output channels. */
  readonly filters: number;
  /** Height and width of the filters. Default 3. */
  readonly size?: number;
  /** Distance of neighbouring windows, the first centred on the first position. Default 1. */
  readonly stride?: number;
  /** Whether to add a bias; false before a normalization that has a shift. Default true. */
  readonly bias?: boolean;
  /** Initializer of the kernel. Default `glorotUniform()`. */
  readonly initial?: Initializer;
  /** Initializer of the bias. Default `constant(0)`. */
  readonly initialBias?: Initializer;
}

/**
 * Makes a 2-D convolution with zero padding: `[batch, height, width, in]` to `[batch, ⌈height / stride⌉, ⌈width /
 * stride⌉, filters]`, PyTorch's with padding (size - 1) / 2. With a stride above 1, windows of more than one position cost
 * what they cost at stride 1.
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
    stride: option.number,
    bias: option.flag,
    initial: option.anything,
    initialBias: option.anything,
  });
  const { filters, size = 3, stride = 1, bias = true, initial = glorotUniform(), initialBias = constant(0) } = options;
  option.checkWhole("conv", { filters, size, stride });
  return {
    name: `conv${size}x${size}(${filters}${stride > 1 ? `, stride ${stride}` : ""})`,
    options: { size, filters, bias, stride, padding: "same" },
    init: (key, shape) => {
      if (shape.length !== 3) throw new UserError(`conv: needs [height, width, channels] examples, not [${shape}]`);
      const [height, width, channels] = shape as [number, number, number];
      const kernel = drawn("conv", initial, key, [size, size, channels, filters]);
      const params = bias ? { kernel, bias: drawn("conv", initialBias, fold(key, "bias"), [filters]) } : { kernel };
      return { params, state: {}, shape: [Math.ceil(height / stride), Math.ceil(width / stride), filters] };
    },
    apply: (params, state, x) => {
      // Of the backends' kernels one has gradients for stride 1 alone.
      const kernel = params["kernel"] as Tensor4D;
      const y =
        size === 1
          ? tf.conv2d(everyNth(x as Tensor4D, stride), kernel, 1, "same")
          : everyNth(tf.conv2d(x as Tensor4D, kernel, 1, "same"), stride);
      return [params["bias"] ? tf.add(y, params["bias"]) : y, state];
    },
  };
}
