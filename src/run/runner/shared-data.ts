import type { DataSet, RawExamples } from "../../core/types.ts";

/** Copies a data set's bytes into shared memory, so that every thread reads one copy. */
export function shared(data: DataSet): DataSet {
  return { ...data, train: shareExamples(data.train), test: shareExamples(data.test) };
}

function shareExamples(examples: RawExamples): RawExamples {
  const share = (bytes: Uint8Array): Uint8Array => {
    const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
    copy.set(bytes);
    return copy;
  };
  return { ...examples, pixels: share(examples.pixels), labels: share(examples.labels) };
}
