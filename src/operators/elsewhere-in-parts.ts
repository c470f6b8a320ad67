import * as tf from "@tensorflow/tfjs-core";
import { UserError } from "../core/errors.ts";
import type { PassOptions } from "../core/live.ts";
import { addedUp } from "./added-up.ts";
import type { Elsewhere } from "./elsewhere.ts";
import { lossShare, type Microbatch } from "./microbatches.ts";
import type { TrainerOptions } from "./trainer-options.ts";

/** What evaluates a microbatch. */
export interface ElsewherePart {
  readonly part: Microbatch;
  readonly there: Elsewhere;
}

/**
 * Makes what evaluates a batch that is computed in microbatches, each with statistics and noise of its own; `whole` has
 * the labels of all. A microbatch that others took the place of is one.
 */
export function elsewhereInParts(
  parts: readonly ElsewherePart[],
  whole: Elsewhere,
  { loss }: Pick<TrainerOptions, "loss">,
): Elsewhere {
  const { there: first } = parts[0]!;
  return {
    pass: (params, asked = {}) => {
      if (asked.examples) return first.pass(params, asked);
      checkWhole(asked, parts.length);
      const { intervene = true } = asked;
      return tf.concat(chosen(parts, asked.range).map(({ there }) => there.pass(params, { intervene })));
    },
    lossOf: (outputs, asked = {}) => {
      if (!asked.examples) checkWhole(asked, parts.length);
      return whole.lossOf(outputs, asked);
    },
    lossAndGradients: (params, asked = {}) => {
      if (asked.examples) return first.lossAndGradients(params, asked);
      const own = chosen(parts, asked.range);
      const size = own.reduce((sum, { part }) => sum + part.batch.size, 0);
      const { intervene = true } = asked;
      return addedUp(
        own,
        ({ part }) => lossShare(loss, part.batch.size, size),
        ({ there }) => there.lossAndGradients(params, { intervene }),
      );
    },
    intervention: first.intervention,
  };
}

/** @throws {UserError} for a pass that begins or ends between layers, or looks at activations: there are several of each. */
function checkWhole({ input, from, to, tap, batchCount = 1 }: PassOptions, count: number): void {
  if ([input, from, to, tap].every((one) => one === undefined) && batchCount === 1) return;
  throw new UserError(
    `a step of ${count} microbatches cannot be evaluated layer by layer; leave it out, or train without microbatch`,
  );
}

/** @throws {UserError} for a range that divides a microbatch. */
function chosen(parts: readonly ElsewherePart[], range: PassOptions["range"]): readonly ElsewherePart[] {
  if (!range) return parts;
  const [from, to] = range;
  const own = parts.filter(({ part }) => part.from >= from && part.from + part.batch.size <= to);
  const size = own.reduce((sum, { part }) => sum + part.batch.size, 0);
  if (size === to - from) return own;
  throw new UserError(`a step of ${parts.length} microbatches cannot be divided at examples ${from} and ${to}`);
}
