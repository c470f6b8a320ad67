// Data and randomness
export { batches, openDataSet, loadCifar10, shapes10, type BatchesOptions, type DataLocation } from "../data/index.ts";
export type { Cifar10Options } from "../data/cifar10.ts";
export type { Shapes10Options } from "../data/shapes10.ts";
export { fold, integers, normal, permutation, rootKey, uniform, type Key } from "../core/random.ts";
export type { Batch, DataSet, LabelledExamples, RawExamples } from "../core/types.ts";
