/** Values handed from pushing to pulling: `push` resolves when the consumer comes back for more. One consumer. */
export class Handover<T> implements AsyncIterable<T> {
  readonly #queue: { readonly value: T; readonly taken: () => void }[] = [];
  #wake: (() => void) | undefined;
  #closed = false;
  #discarding = false;

  /** Resolves when the value has been consumed (or is no longer wanted). */
  push(value: T): Promise<void> {
    if (this.#closed || this.#discarding) return Promise.resolve();
    return new Promise((taken) => {
      this.#queue.push({ value, taken });
      this.#wake?.();
    });
  }

  /** Takes no more values: the consumer ends after those that wait. */
  close(): void {
    this.#closed = true;
    this.#wake?.();
  }

  /** Lets waiting and coming values go, for the consumer is gone. */
  discard(): void {
    this.#discarding = true;
    for (const { taken } of this.#queue.splice(0)) taken();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      const next = this.#queue.shift();
      if (next) {
        yield next.value;
        next.taken();
      } else if (this.#closed) {
        return;
      } else {
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    }
  }
}
