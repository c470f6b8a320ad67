// Answers of SQL do not come by themselves: asked for again when a run begins or ends, and now and then while runs go on.

const EVERY = 10_000;

export class Refresher {
  #key;

  constructor(refresh) {
    this.refresh = refresh;
    setInterval(() => this.going && document.visibilityState === "visible" && refresh(), EVERY);
  }

  /** Asks if what the answer stands on has changed; a connection made anew counts as change. */
  update({ runs, connection }, about) {
    this.going = runs.some(({ status }) => status === "running");
    const states = runs.map(({ runId, status }) => [runId, status]);
    const key = JSON.stringify([states, connection.state === "live", connection.epoch, about]);
    if (key === this.#key) return;
    this.#key = key;
    if (connection.state === "live") this.refresh();
  }
}
