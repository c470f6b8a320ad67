import type { Recorded } from "../../core/types.ts";
import { CREDITS, type FromWorker, type Outcome } from "./protocol.ts";

const CHUNK = 500;
const LATEST_MS = 100;

/** Gathers records into chunks and holds training back while the runner has not taken enough of them. */
export class Outbox {
  readonly #post: (message: FromWorker) => void;
  #records: Recorded[] = [];
  #credits = CREDITS;
  #steps = 0;
  #sentAt = performance.now();
  #waiting: (() => void) | undefined;

  constructor(post: (message: FromWorker) => void) {
    this.#post = post;
  }

  add(record: Recorded): void {
    this.#records.push(record);
  }

  /** Called before each optimizer step. A promise means: wait, the sinks are behind. */
  beforeStep(): Promise<void> | undefined {
    const due = this.#records.length >= CHUNK || performance.now() - this.#sentAt >= LATEST_MS;
    if (due) this.#send();
    this.#steps += 1;
    if (this.#credits > 0) return undefined;
    return new Promise((resolve) => (this.#waiting = resolve));
  }

  credit(): void {
    this.#credits += 1;
    this.#waiting?.();
    this.#waiting = undefined;
  }

  end(outcome: Outcome): void {
    this.#send();
    this.#post({ type: "end", outcome });
  }

  #send(): void {
    this.#post({ type: "records", records: this.#records, steps: this.#steps });
    this.#records = [];
    this.#credits -= 1;
    this.#sentAt = performance.now();
  }
}
