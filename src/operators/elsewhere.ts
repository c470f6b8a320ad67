import * as tf from "@tensorflow/tfjs-core";
import type { Scalar, Tensor } from "@tensorflow/tfjs-core";
import { UserError } from "../core/errors.ts";
import { valueAndGradients } from "../core/gradients.ts";
import type { LossAndGradients, PassOptions } from "../core/live.ts";
import { stackedLoss } from "../core/losses.ts";
import type { Tap } from "../core/network.ts";
import type { Params, State } from "../core/params.ts";
import type { Batch, Site } from "../core/types.ts";
import { openInline, type Inline } from "./inline.ts";
import { drawsOf, lendActivations } from "./lend-activations.ts";
import type { Microbatch } from "./microbatches.ts";
import type { TrainerOptions } from "./trainer-options.ts";

/** Options of `elsewhere`. */
interface ElsewhereOptions {
  readonly options: TrainerOptions;
  readonly state: State;
  readonly part: Microbatch;
  /** Returns the examples of the part, `[size, ...shape]`. */
  readonly examples: () => Tensor;
  /** Returns its labels. */
  readonly labels: () => Tensor;
}

/** What evaluates a step's batch at other parameters, with the noise that training met. Training does not change. */
export interface Elsewhere {
  readonly pass: (params: Params, options?: PassOptions) => Tensor;
  readonly lossOf: (outputs: Tensor, options?: Pick<PassOptions, "batchCount" | "range" | "examples">) => Scalar;
  readonly lossAndGradients: (
    params: Params,
    options?: Pick<PassOptions, "range" | "examples" | "intervene">,
  ) => LossAndGradients;
  readonly intervention: ((layer: number, site: Site, value: Tensor) => Tensor) | undefined;
}

/** Makes the tensor of labels that losses take: classes `[size]`, or targets `[size, units]`. */
export function labelsOf({ labels, size }: Pick<Batch, "labels" | "size">): Tensor {
  return labels instanceof Int32Array
    ? tf.tensor1d(labels, "int32")
    : tf.tensor2d(labels, [size, labels.length / size]);
}

/** Makes the tensor of examples that networks take, `[size, ...shape]`. */
export const examplesOf = ({ examples, size, shape }: Batch): Tensor => tf.tensor(examples, [size, ...shape]);

/** Makes what evaluates one part of a batch, or a whole one. */
export function elsewhere({ options, state, part, examples, labels }: ElsewhereOptions): Elsewhere {
  const { network, loss: lossFunction, activations } = options;
  const { lending, batch } = part;
  const draws = drawsOf(lending);
  const tapThrough = (inline: Inline): Tap => lendActivations(lending, inline);
  const within = (tensor: Tensor, range: PassOptions["range"]): Tensor => {
    if (!range) return tensor;
    const [from, to] = range;
    // On wasm a slice that is not whole overwrites memory.
    if (![from, to].every(Number.isInteger) || from < 0 || to > tensor.shape[0] || from >= to) {
      throw new UserError(`range [${from}, ${to}] is no part of a batch of ${tensor.shape[0]} examples`);
    }
    return tf.slice(tensor, [from], [to - from]);
  };

  const inputOf = ({ examples: others, range }: PassOptions): Tensor =>
    others ? tf.tensor(others.examples, [others.size, ...batch.shape]) : within(examples(), range);

  const pass: Elsewhere["pass"] = (params, asked = {}) => {
    const { input, from, to, batchCount = 1, tap: observe, intervene: through = true } = asked;
    const inlines = activations && through ? Array.from({ length: batchCount }, () => openInline(activations)) : [];
    const taps = inlines.map(tapThrough);
    const intervene: Tap = (layer, site, value) => {
      if (taps.length === 0) return value;
      if (taps.length === 1) return taps[0]!(layer, site, value);
      return tf.concat(tf.split(value, batchCount).map((own, i) => taps[i]!(layer, site, own)));
    };
    const tap: Tap = observe ? (layer, site, value) => observe(layer, site, intervene(layer, site, value)) : intervene;
    try {
      return network.apply(params, state, input ?? inputOf(asked), {
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
  const lossOf: Elsewhere["lossOf"] = (outputs, asked = {}) => {
    const own = asked.examples ? labelsOf(asked.examples) : within(labels(), asked.range);
    return stackedLoss(lossFunction, outputs, own, asked.batchCount ?? 1);
  };
  const lossAndGradients: Elsewhere["lossAndGradients"] = (params, asked = {}) => {
    const { value: loss, grads } = valueAndGradients(() => lossOf(pass(params, asked), asked), params);
    return { loss, grads };
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
  return { pass, lossOf, lossAndGradients, intervention };
}
