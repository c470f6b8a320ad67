import { concat, engine, keep, reshape, tidy, type Tensor } from "@tensorflow/tfjs";

export type Values = readonly Float32Array[];

/** Whether the current backend gives the values of a tensor at once; WebGPU's come later. */
export const readsAtOnce = (): boolean => engine().backendName !== "webgpu";

/** The values of `tensors` as numbers, synchronously. */
export function readNow(tensors: readonly Tensor[]): Values {
  return tensors.map((tensor) => tensor.dataSync<"float32">());
}

let deviceFailure: Error | undefined;

/** A backend whose device fails behind its calls tells here: what is read from then on would be stale. */
export function deviceFailed(error: Error): void {
  deviceFailure ??= error;
}

/** The values of `tensors`, in one transfer. The tensors may be let go when this returns. */
export function readLater(tensors: readonly Tensor[]): Promise<Values> {
  const joined = tidy(() => keep(concat(tensors.map((tensor) => reshape(tensor, [-1])))));
  const sizes = tensors.map(({ size }) => size);
  const transfer = joined.data<"float32">().then((all) => {
    if (deviceFailure) throw deviceFailure;
    let at = 0;
    return sizes.map((size) => all.subarray(at, (at += size)));
  });
  return track(transfer.finally(() => joined.dispose()));
}

/** Transfers under way in this thread, oldest first. */
const underWay: Promise<unknown>[] = [];

/** More would let a fast pipeline pile up work that the device has not done. */
const AHEAD = 1;

function track<T>(transfer: Promise<T>): Promise<T> {
  const settled = transfer.catch(() => undefined).finally(() => underWay.splice(underWay.indexOf(settled), 1));
  underWay.push(settled);
  return transfer;
}

/** Resolves when the device is at most one step behind; undefined when it is so already. */
export function deviceCaughtUp(): Promise<void> | undefined {
  const late = underWay.at(-1 - AHEAD);
  return late?.then(() => undefined);
}
