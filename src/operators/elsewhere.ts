import * as tf from "@tensorflow/tfjs-core";
import type { Scalar, Tensor } from "@tensorflow/tfjs-core";
import type { OperatorFunction } from "rxjs";
import type { Activation, PassOptions } from "../core/live.ts";
import { stackedLoss, type Loss } from "../core/losses.ts";
import type { Network, Tap } from "../core/network.ts";
import type { Params, State } from "../core/params.ts";
import type { Key } from "../core/random.ts";
import type { Batch, Site } from "../core/types.ts";
import { openInline, type Inline } from "./inline.ts";

/** Options of `elsewhere`. */
interface ElsewhereOptions {
  readonly network: Network;
  readonly lossFunction: Loss;
  readonly activations: OperatorFunction<Activation, Activation> | undefined;
  readonly state: State;
  readonly examples: Tensor;
  readonly labels: Tensor;
  /** Key of what layers draw. */
  readonly draws: Key;
  /** Makes a tap that lends activations of this step and passes them through `inline`. */
  readonly tapThrough: (inline: Inline | undefined) => Tap;
}

/** Makes the tensor of labels that losses take: classes `[size]`, or targets `[size, units]`. */
export function labelsOf({ labels, size }: Pick<Batch, "labels" | "size">): Tensor {
  return labels instanceof Int32Array
    ? tf.tensor1d(labels, "int32")
    : tf.tensor2d(labels, [size, labels.length / size]);
}

/**
 * Makes the functions that evaluate a step's batch at other parameters, with the noise that training met. Training does
 * not change.
 */
export function elsewhere({
  network,
  lossFunction,
  activations,
  state,
  examples,
  labels,
  draws,
  tapThrough,
}: ElsewhereOptions) {
  const part = (tensor: Tensor, range: PassOptions["range"]): Tensor =>
    range ? tf.slice(tensor, [range[0]], [range[1] - range[0]]) : tensor;

  const inputOf = ({ examples: others, range }: PassOptions): Tensor =>
    others ? tf.tensor(others.examples, [others.size, ...examples.shape.slice(1)]) : part(examples, range);

  const pass = (params: Params, options: PassOptions = {}): Tensor => {
    const { input, from, to, batchCount = 1, tap: observe, intervene: through = true } = options;
    const inlines = activations && through ? Array.from({ length: batchCount }, () => openInline(activations)) : [];
    const taps = inlines.map(tapThrough);
    const intervene: Tap = (layer, site, value) => {
      if (taps.length === 0) return value;
      if (taps.length === 1) return taps[0]!(layer, site, value);
      return tf.concat(tf.split(value, batchCount).map((own, i) => taps[i]!(layer, site, own)));
    };
    const tap: Tap = observe ? (layer, site, value) => observe(layer, site, intervene(layer, site, value)) : intervene;
    try {
      return network.apply(params, state, input ?? inputOf(options), {
        mode: "probe",
        tap,
        batchCount,
        key: draws,
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
      }).logits;
    } finally {
      for (const inline of inlines) inline.close();
    }
  };
  const lossOf = (outputs: Tensor, options: Pick<PassOptions, "batchCount" | "range" | "examples"> = {}): Scalar => {
    const own = options.examples ? labelsOf(options.examples) : part(labels, options.range);
    return stackedLoss(lossFunction, outputs, own, options.batchCount ?? 1);
  };
  const intervention = activations
    ? (layer: number, site: Site, value: Tensor): Tensor => {
        const inline = openInline(activations);
        try {
          return tapThrough(inline)(layer, site, value);
        } finally {
          inline.close();
        }
      }
    : undefined;
  return { pass, lossOf, intervention };
}
