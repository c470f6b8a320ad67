import { clone, keep, tensor1d, type Tensor } from "@tensorflow/tfjs-core";
import { CHANGE_SUMS, changeSums, fromWords, type ChangeSums } from "../core/change-sums.ts";
import { changeSumsKernel } from "../core/kernels.ts";
import { readNow, readsAtOnce, type TensorValues } from "../core/read.ts";

/** Parameters of the first step that was measured, with which later ones are compared. */
export interface FirstParams {
  /** Compares a step's parameters with the first, or makes them the first. Returns what to read back, and how. */
  readonly compare: (
    grads: readonly Tensor[],
    params: readonly Tensor[],
    next: readonly Tensor[],
  ) => { readonly tensors: readonly Tensor[]; readonly sumsOf: (values: TensorValues) => readonly ChangeSums[] };
  /** Returns their values; none before the first step. */
  readonly save: () => TensorValues;
  /** Takes over what `save` returned. */
  readonly load: (values: TensorValues) => void;
  /** Disposes of what it kept. */
  readonly close: () => void;
}

/** Makes the memory of first parameters that suits the backend. */
export const firstParams = (): FirstParams => (readsAtOnce() ? firstTensors() : firstValues());

/** Compares on the backend, and reads the sums alone. */
function firstTensors(): FirstParams {
  let first: readonly Tensor[] = [];
  return {
    compare: (grads, params, next) => {
      if (first.length === 0) first = params.map((param) => keep(clone(param)));
      const sumsOf = ([words]: TensorValues) => {
        const sums = fromWords(words!);
        return params.map(
          (_, i) => [...sums.subarray(i * CHANGE_SUMS, (i + 1) * CHANGE_SUMS)] as unknown as ChangeSums,
        );
      };
      return { tensors: [changeSumsKernel(grads, params, next, first)], sumsOf };
    },
    save: () => readNow(first),
    load: (values) => {
      first = values.map((own) => keep(tensor1d(own)));
    },
    close: () => first.forEach((tensor) => tensor.dispose()),
  };
}

/** Reads everything, where that comes late in one transfer, and compares then. */
function firstValues(): FirstParams {
  let first: TensorValues | undefined;
  return {
    compare: (grads, params, next) => ({
      tensors: [...grads, ...params, ...next],
      sumsOf: (values) => {
        const of = (part: number, i: number) => values[part * params.length + i]!;
        first ??= params.map((_, i) => of(1, i).slice());
        return params.map((_, i) => changeSums(of(0, i), of(1, i), of(2, i), first![i]!));
      },
    }),
    save: () => first ?? [],
    load: (values) => {
      first = values;
    },
    close: () => undefined,
  };
}
