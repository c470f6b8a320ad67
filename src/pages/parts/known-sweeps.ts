// Whether the store has a sweep: asked for again when runs come, until it has one.

import type { Context } from "./context.ts";
import { paced } from "./paced.ts";

/** Runs that begin one after the other are asked about together. */
const AGAIN_MS = 3000;

export class KnownSweeps {
  readonly #changed: () => void;
  readonly #ask = paced(AGAIN_MS, () => void this.#read());
  #context: Context | undefined;
  #key = "";
  /** Undefined until it is known. */
  has: boolean | undefined;

  /** `changed` is called when it becomes known. */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  update(context: Context): void {
    this.#context = context;
    const { connection, runs } = context;
    if (connection.state !== "live" || this.has === true) return;
    const key = JSON.stringify([connection.epoch, runs.length]);
    if (key === this.#key) return;
    this.#key = key;
    this.#ask();
  }

  async #read(): Promise<void> {
    const answer = await this.#context?.feed.query("SELECT 1 FROM sweep LIMIT 1").catch(() => undefined);
    // A server that was busy is asked again.
    if (!answer) this.#key = "";
    const has = answer && answer.rows.length > 0;
    if (has === undefined || has === this.has) return;
    this.has = has;
    this.#changed();
  }
}
