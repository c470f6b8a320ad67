// Data and randomness
export { batches, openDataSet, loadCifar10, shapes10, type BatchesOptions } from "../data/index.ts";
export { fold, integers, normal, permutation, rootKey, uniform, type Key } from "../core/random.ts";
export type { Batch, DataSet, LabelledExamples, RawExamples } from "../core/types.ts";
