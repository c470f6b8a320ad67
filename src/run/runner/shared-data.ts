import type { DataSet, RawExamples } from "../../core/types.ts";

/** Copies a data set's numbers into shared memory, so that every thread reads one copy. */
export function shared(data: DataSet): DataSet {
  return { ...data, train: shareExamples(data.train), test: shareExamples(data.test) };
}

function shareExamples(examples: RawExamples): RawExamples {
  return { ...examples, pixels: share(examples.pixels), labels: share(examples.labels) };
}

function share<T extends Uint8Array | Uint16Array | Float32Array>(values: T): T {
  const Values = values.constructor as new (buffer: SharedArrayBuffer) => T;
  const copy = new Values(new SharedArrayBuffer(values.byteLength));
  copy.set(values);
  return copy;
}
