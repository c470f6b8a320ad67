import type { Tensor } from "@tensorflow/tfjs";

/** The values of `tensors` as numbers, synchronously. */
export function readNow(tensors: readonly Tensor[]): Float32Array[] {
  return tensors.map((tensor) => tensor.dataSync<"float32">());
}
