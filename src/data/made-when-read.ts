import type { Batch } from "../core/types.ts";

/** The numbers of a batch, made when they are wanted. */
interface Making {
  readonly examples: () => Float32Array;
  readonly labels: () => Int32Array | Float32Array;
}

/** Returns a batch whose examples and labels are made when somebody reads them, once each. */
export function madeWhenRead(known: Omit<Batch, "examples" | "labels">, { examples, labels }: Making): Batch {
  return Object.defineProperties({ ...known } as Batch, { examples: readOnce(examples), labels: readOnce(labels) });
}

function readOnce(make: () => Float32Array | Int32Array): PropertyDescriptor {
  let made: { readonly value: Float32Array | Int32Array } | undefined;
  return { enumerable: true, get: () => (made ??= { value: make() }).value };
}
