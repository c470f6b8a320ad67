// Answers of SQL do not come by themselves: asked for again when a run begins or ends, and now and then while runs go on.

import type { Context } from "./context.ts";

const EVERY = 10_000;

export class Refresher {
  readonly #refresh: () => void;
  #key = "";
  #going = false;

  constructor(refresh: () => void) {
    this.#refresh = refresh;
    setInterval(() => {
      if (this.#going && document.visibilityState === "visible") refresh();
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
    if (connection.state === "live") this.#refresh();
  }
}
