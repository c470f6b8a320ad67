import { Subject, type OperatorFunction } from "rxjs";
import { UserError } from "../core/errors.ts";
import type { Activation } from "../core/live.ts";

/** The activations operator of a training, subscribed to once; activations are pushed through it one at a time. */
export interface Inline {
  /**
   * Pushes one activation through the operator and returns what it emits.
   *
   * @throws {UserError} naming layer, site and operator unless exactly one activation comes out, synchronously.
   */
  push(activation: Activation): Activation;
  close(): void;
}

/** Subscribes to `operator`. Its state lives until `close`. */
export function openInline(operator: OperatorFunction<Activation, Activation>): Inline {
  const input = new Subject<Activation>();
  const out: Activation[] = [];
  let ended: { readonly how: string } | undefined;
  const subscription = input.pipe(operator).subscribe({
    next: (activation) => out.push(activation),
    error: (error: unknown) => (ended = { how: `threw: ${error instanceof Error ? error.message : String(error)}` }),
    complete: () => (ended = { how: "completed before training did (take, first, takeUntil?)" }),
  });
  const named =
    operator.name && operator.name !== "piped"
      ? `the activations operator ${operator.name}`
      : "the activations operator";
  return {
    push: (activation) => {
      const { layer, site, step } = activation;
      const where = `activations: layer ${layer} (${site}), step ${step}: ${named}`;
      const shape = activation.value.shape;
      out.length = 0;
      input.next(activation);
      if (ended) throw new UserError(`${where} ${ended.how}`);
      if (out.length !== 1) {
        const cause =
          out.length === 0 ? "dropped or delayed it (filter, delay, bufferCount?)" : "must give exactly one";
        throw new UserError(`${where} gave ${out.length} activations for one: ${cause}`);
      }
      const [result] = out as [Activation];
      if (result.layer !== layer || result.site !== site) {
        throw new UserError(`${where} gave the activation of layer ${result.layer} (${result.site}) instead`);
      }
      if (result.value.shape.join() !== shape.join()) {
        throw new UserError(`${where} changed the shape from [${shape}] to [${result.value.shape}]`);
      }
      return result;
    },
    close: () => subscription.unsubscribe(),
  };
}
