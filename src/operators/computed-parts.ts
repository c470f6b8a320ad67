import * as tf from "@tensorflow/tfjs-core";
import type { Scalar, Tensor } from "@tensorflow/tfjs-core";
import type { Activation } from "../core/live.ts";
import { readNow, readsAtOnce } from "../core/read.ts";
import type { State } from "../core/params.ts";
import type { Batch } from "../core/types.ts";
import { addedUp } from "./added-up.ts";
import { diverged, witness } from "./divergence.ts";
import { elsewhere, examplesOf, labelsOf, type Elsewhere } from "./elsewhere.ts";
import { elsewhereInParts } from "./elsewhere-in-parts.ts";
import type { Inline } from "./inline.ts";
import { drawsOf, lendActivations } from "./lend-activations.ts";
import { lossShare, type Microbatch } from "./microbatches.ts";
import type { Model } from "./model.ts";
import { trainingPass, type PassResult } from "./objective.ts";
import type { TrainerOptions } from "./trainer-options.ts";

/** What the parts of a batch are computed with. */
interface Given {
  readonly batch: Batch;
  readonly old: Model;
  /** The activations operator of the training. */
  readonly inline: Inline | undefined;
  /** Keeps a tensor until the step is over. */
  readonly keep: (tensor: Tensor) => void;
}

/** The training pass of a batch: its loss and gradients, and what evaluates it elsewhere. */
interface ComputedBatch extends PassResult {
  /** Activations of the first part. */
  readonly activations: readonly Activation[];
  readonly there: Elsewhere;
}

/**
 * Computes the training pass of a batch part by part: of all but the first no activation outlives its part. Running
 * statistics move with each part.
 *
 * @throws {DivergedError} when a loss is not finite, where the backend reads at once.
 * @throws {UserError} when labels are not classes of the network, or the loss gives more than one number.
 */
export function computedParts(parts: readonly Microbatch[], options: TrainerOptions, given: Given): ComputedBatch {
  const { network, loss: lossFunction } = options;
  const { batch, old, inline, keep } = given;
  const tensors = parts.length === 1 ? { examples: examplesOf(batch), labels: labelsOf(batch) } : undefined;
  const activations: Activation[] = [];
  const logits: Tensor[] = [];
  let { state } = old;
  /** With which each part is computed. */
  const states: State[] = [];
  const { loss, grads } = addedUp(
    parts,
    (part) => lossShare(lossFunction, part.batch.size, batch.size),
    (part, i) => {
      const seen: Activation[] = i === 0 ? activations : [];
      const own = new Set<Tensor>();
      states.push(state);
      if (state !== old.state) Object.values(state).forEach(keep);
      const observe = (activation: Activation): void => {
        seen.push(activation);
        if (i === 0) keep(activation.value);
        else own.add(tf.keep(activation.value));
      };
      try {
        const pass = trainingPass(network, lossFunction, {
          batch,
          params: old.params,
          examples: tensors?.examples ?? examplesOf(part.batch),
          labels: tensors?.labels ?? labelsOf(part.batch),
          state,
          draws: drawsOf(part.lending),
          tap: lendActivations(part.lending, inline, observe),
          keep: (tensor) => {
            own.delete(tensor);
            keep(tensor);
          },
        });
        if (readsAtOnce()) checkFinite(pass.loss, batch.step, seen);
        ({ state } = pass);
        logits.push(pass.logits);
        return pass;
      } finally {
        for (const tensor of own) tensor.dispose();
      }
    },
  );
  const there = thereOf(parts, options, batch, states, tensors);
  return { loss, grads, state, activations, there, logits: logits.length === 1 ? logits[0]! : tf.concat(logits) };
}

function thereOf(
  parts: readonly Microbatch[],
  options: TrainerOptions,
  batch: Batch,
  states: readonly State[],
  tensors: { readonly examples: Tensor; readonly labels: Tensor } | undefined,
): Elsewhere {
  const of = (part: Microbatch, i = 0): Elsewhere =>
    elsewhere({
      options,
      state: states[i]!,
      part,
      examples: () => tensors?.examples ?? examplesOf(part.batch),
      labels: () => tensors?.labels ?? labelsOf(part.batch),
    });
  const [first] = parts;
  if (parts.length === 1) return of(first!);
  const each = parts.map((part, i) => ({ part, there: of(part, i) }));
  return elsewhereInParts(each, of({ ...first!, batch }), options);
}

/**
 * Checks that the loss is finite.
 *
 * @throws {DivergedError} naming the first activation that is not finite.
 */
function checkFinite(loss: Scalar, step: number, activations: readonly Activation[]): void {
  const [value] = loss.dataSync();
  if (Number.isFinite(value)) return;
  throw diverged(value!, step, activations, readNow(tf.tidy(() => activations.map(witness))));
}
