import { tensor as makeTensor, type Tensor } from "@tensorflow/tfjs-core";
import { UserError } from "./errors.ts";
import type { PlainTensor, PlainValues } from "./safetensors.ts";

type Tensors = Readonly<Record<string, Tensor>>;
type PlainTensors = Readonly<Record<string, PlainTensor>>;

/** Reads tensors as plain values, at once. The values are copies. */
export function toPlain(tensors: Tensors): PlainTensors {
  return mapped(tensors, (tensor) => plain(tensor, tensor.dataSync()));
}

/** Reads tensors as plain values; they may be disposed of when it resolves. */
export async function toPlainLater(tensors: Tensors): Promise<PlainTensors> {
  const entries = Object.entries(tensors).map(async ([name, tensor]) => [name, plain(tensor, await tensor.data())]);
  return Object.fromEntries((await Promise.all(entries)) as [string, PlainTensor][]);
}

/** Makes tensors of plain values. The caller owns them. */
export function fromPlain(tensors: PlainTensors): Tensors {
  return mapped(tensors, ({ values, shape }) => {
    const [numbers, dtype] =
      values instanceof Int32Array
        ? ([values, "int32"] as const)
        : values instanceof Uint8Array
          ? ([values, "bool"] as const)
          : ([Float32Array.from(values), "float32"] as const);
    return makeTensor(numbers, [...shape], dtype);
  });
}

function mapped<A, B>(record: Readonly<Record<string, A>>, f: (value: A) => B): Readonly<Record<string, B>> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, f(value)]));
}

function plain({ shape, dtype }: Tensor, values: unknown): PlainTensor {
  if (dtype !== "float32" && dtype !== "int32" && dtype !== "bool") {
    throw new UserError(`tensors of ${dtype} cannot be saved`);
  }
  return { shape, values: (values as PlainValues).slice() };
}
