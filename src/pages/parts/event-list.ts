// What happened besides numbers: warnings and errors of the runs shown.

import type { FeedEvent } from "../../feed/client/index.ts";
import { formatWhole } from "../../view/numbers.ts";
import type { Context, Part } from "./context.ts";
import { element } from "./element.ts";
import { nextFrame } from "./frames.ts";
import { emphasized } from "./emphasized.ts";
import { runsFilter } from "./selection.ts";

const MOST = 50;

export class EventList implements Part {
  readonly node: HTMLElement;
  readonly #list = element("ul", { class: "events" });
  #context: Context;
  #key = "";
  /** By what they say: what a crash took away comes again. */
  readonly #events = new Map<string, FeedEvent>();
  #subscription: { unsubscribe(): void } | undefined;

  constructor(context: Context) {
    this.#context = context;
    this.node = element(
      "section",
      { class: "panel wide", "aria-label": "Events", hidden: true },
      element("div", { class: "panel-head" }, element("h2", {}, "Events")),
      element("p", { class: "what" }, ...emphasized("Divergence, probes left out, warnings. **None is good.**")),
      this.#list,
    );
  }

  update(context: Context): void {
    this.#context = context;
    const { selection, feed } = context;
    const runs = selection.runs.map(({ runId }) => runId);
    if (JSON.stringify(runs) === this.#key) return;
    this.#key = JSON.stringify(runs);
    this.#subscription?.unsubscribe();
    this.#events.clear();
    nextFrame(this.#draw);
    if (runs.length === 0) return;
    const shown = new Set(runs);
    this.#subscription = feed.events(runsFilter(selection)).subscribe((event) => {
      if (event.level === "info" || !shown.has(event.runId)) return;
      const { runId, step, name, message } = event;
      this.#events.set(JSON.stringify([runId, step, name, message]), event);
      nextFrame(this.#draw);
    });
  }

  readonly #draw = (): void => {
    this.node.hidden = this.#events.size === 0;
    const runs = new Map(this.#context.selection.runs.map((run) => [run.runId, run]));
    const rows = [...this.#events.values()].slice(-MOST).map(({ runId, step, level, message }) => {
      const run = runs.get(runId);
      const where = `${run?.arm ?? runId}, seed ${run?.seed ?? "?"}, step ${formatWhole(step)}`;
      return element("li", { class: level }, element("span", { class: "more" }, where), element("span", {}, message));
    });
    this.#list.replaceChildren(...rows);
  };
}
