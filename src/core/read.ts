import { concat, engine, keep, reshape, tidy, type Tensor } from "@tensorflow/tfjs-core";

/** Values of several tensors. */
export type TensorValues = readonly Float32Array[];

/** Returns whether the current backend reads tensors at once; WebGPU reads late. */
export const readsAtOnce = (): boolean => engine().backendName !== "webgpu";

/** Reads the values of tensors synchronously. */
export function readNow(tensors: readonly Tensor[]): TensorValues {
  return tensors.map((tensor) => tensor.dataSync<"float32">());
}

let deviceFailure: Error | undefined;

/** Notes that a device failed behind its backend's calls: what is read from then on would be stale. */
export function deviceFailed(error: Error): void {
  deviceFailure ??= error;
}

/** Reads the values of tensors in one transfer. The tensors may be disposed of when this returns. */
export function readLater(tensors: readonly Tensor[]): Promise<TensorValues> {
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

/** Transfers that may be under way besides the newest; more would let work pile up that the device has not done. */
const AHEAD = 1;

function track<T>(transfer: Promise<T>): Promise<T> {
  const settled = transfer.catch(() => undefined).finally(() => underWay.splice(underWay.indexOf(settled), 1));
  underWay.push(settled);
  return transfer;
}

/** Resolves when the device is at most one step behind; returns undefined when it already is. */
export function deviceCaughtUp(): Promise<void> | undefined {
  const late = underWay.at(-1 - AHEAD);
  return late?.then(() => undefined);
}
