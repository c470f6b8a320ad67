// Answers of SQL do not come by themselves: asked for again when a run begins or ends, and now and then while runs go on.

import type { Context } from "./context.ts";
import { OneAtATime } from "./one-at-a-time.ts";

const EVERY = 10_000;

export class Refresher {
  readonly #questions: OneAtATime;
  #key = "";
  #going = false;

  /** `ask` never rejects; it is called again only when it has settled. */
  constructor(ask: () => Promise<void>) {
    this.#questions = new OneAtATime(ask);
    setInterval(() => {
      const isAnswered = this.#going && !this.#questions.isAsking;
      if (isAnswered && document.visibilityState === "visible") void this.#questions.ask();
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
    if (connection.state === "live") void this.#questions.ask();
  }
}
