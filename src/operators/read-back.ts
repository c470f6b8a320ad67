import * as tf from "@tensorflow/tfjs-core";
import type { Scalar, Tensor } from "@tensorflow/tfjs-core";
import { readLater, readNow, readsAtOnce, type TensorValues } from "../core/read.ts";

interface Request {
  readonly tensors: readonly Tensor[];
  readonly receive: (values: TensorValues) => void;
  readonly fail: ((error: unknown) => void) | undefined;
}

/**
 * Reads back what one step asks for: at once where the backend does so, else gathered during the push and fetched by
 * `send`, with the loss, in one transfer.
 */
export class ReadBack {
  readonly #atOnce = readsAtOnce();
  readonly #requests: Request[] = [];

  read(tensors: readonly Tensor[], receive: (values: TensorValues) => void, fail?: (error: unknown) => void): void {
    if (this.#atOnce) return receive(readNow(tensors));
    this.#requests.push({ tensors: tensors.map((tensor) => tf.keep(tf.clone(tensor))), receive, fail });
  }

  /**
   * Delivers what was asked for once `check`, given the loss, has not thrown or rejected; otherwise every request hears
   * of the failure. Resolves when everything is delivered.
   */
  send(loss: Scalar, after: Promise<void> | undefined, check: (loss: number) => void | Promise<void>): Promise<void> {
    const requests = this.#requests;
    const tensors = requests.flatMap((request) => request.tensors);
    const transfer = readLater([loss, ...tensors]);
    for (const tensor of tensors) tensor.dispose();
    return this.#deliver(transfer, after, check).catch((error: unknown) => {
      for (const { fail } of requests) fail?.(error);
      throw error;
    });
  }

  async #deliver(
    transfer: Promise<TensorValues>,
    after: Promise<void> | undefined,
    check: (loss: number) => void | Promise<void>,
  ): Promise<void> {
    const [[loss] = [], ...values] = await transfer;
    await after;
    await check(loss!);
    let next = 0;
    for (const { tensors, receive } of this.#requests) receive(values.slice(next, (next += tensors.length)));
  }

  /** Disposes of the requests of a step that ends early. */
  drop(): void {
    for (const { tensors } of this.#requests) for (const tensor of tensors) tensor.dispose();
  }
}
