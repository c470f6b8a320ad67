// Answers of SQL do not come by themselves: asked for again when a run begins or ends, and now and then while runs go on.

import type { Context } from "./context.ts";

const EVERY = 10_000;

export class Refresher {
  readonly #ask: () => Promise<void>;
  #key = "";
  #going = false;
  #isAsking = false;
  /** What the answer under way stands on has changed meanwhile. */
  #isOld = false;

  /** `ask` never rejects; it is called again only when it has settled. */
  constructor(ask: () => Promise<void>) {
    this.#ask = ask;
    setInterval(() => {
      if (this.#going && !this.#isAsking && document.visibilityState === "visible") void this.#refresh();
    }, EVERY);
  }

  /** Asks if what the answer stands on has changed; a connection made anew counts as change. */
  update({ runs, connection }: Pick<Context, "runs" | "connection">, about = ""): void {
    this.#going = runs.some(({ status }) => status === "running");
    const states = runs.map(({ runId, status }) => [runId, status]);
    const epoch = connection.state === "live" ? connection.epoch : "";
    const key = JSON.stringify([states, connection.state === "live", epoch, about]);
    if (key === this.#key) return;
    this.#key = key;
    if (connection.state === "live") void this.#refresh();
  }

  /** A server that trains besides takes seconds to answer, and few questions at a time. */
  async #refresh(): Promise<void> {
    this.#isOld = this.#isAsking;
    if (this.#isAsking) return;
    this.#isAsking = true;
    await this.#ask();
    this.#isAsking = false;
    if (this.#isOld) await this.#refresh();
  }
}
