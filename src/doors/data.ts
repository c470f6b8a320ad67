// Data and randomness
export { batches, openDataSet, type BatchesOptions, type DataLocation } from "../data/index.ts";
export { loadCifar10, loadCifar100, loadFashionMnist, loadMnist, shapes10 } from "../data/index.ts";
export { fromArrays, fromIterable, loadData } from "../data/index.ts";
export type {
  ArraysOptions,
  Cifar100Options,
  IterableOptions,
  StreamedExample,
  LoadDataOptions,
} from "../data/index.ts";
export type { Cifar10Options } from "../data/cifar10.ts";
export type { Shapes10Options } from "../data/shapes10.ts";
export { horizontalFlip, type HorizontalFlipOptions } from "../data/augment/horizontal-flip.ts";
export { labelNoise, type LabelNoiseOptions } from "../data/augment/label-noise.ts";
export { mixup, type MixupOptions } from "../data/augment/mixup.ts";
export { randomCrop, type RandomCropOptions } from "../data/augment/random-crop.ts";
export { fold, integers, normal, permutation, rootKey, uniform, type Key } from "../core/random.ts";
export type { Batch, DataSet, LabelledExamples, RawExamples } from "../core/types.ts";
