import type { Snapshot } from "./snapshot.ts";

/** A snapshot that is read for several at once, until it is there or none of them waits for it any more. */
export class SharedReading {
  readonly #abort = new AbortController();
  readonly #snapshot: Promise<Snapshot>;
  readonly #onEnd: () => void;
  #waiting = 0;

  /** `onEnd` is called once or more often, as soon as nobody else may join. */
  constructor(read: (signal: AbortSignal) => Promise<Snapshot>, onEnd: (reading: SharedReading) => void) {
    this.#onEnd = () => onEnd(this);
    this.#snapshot = read(this.#abort.signal).finally(this.#onEnd);
  }

  /** Waits for the snapshot until `over` is aborted. */
  async join(over: AbortSignal): Promise<Snapshot> {
    this.#waiting += 1;
    const leave = (): void => {
      this.#waiting -= 1;
      if (this.#waiting > 0) return;
      this.#onEnd();
      this.#abort.abort();
    };
    if (over.aborted) leave();
    else over.addEventListener("abort", leave);
    try {
      return await this.#snapshot;
    } finally {
      over.removeEventListener("abort", leave);
    }
  }
}
