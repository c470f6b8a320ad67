// What happened besides numbers: warnings and errors of the runs shown.

import { element } from "./element.js";
import { nextFrame } from "./frames.js";
import { emphasized } from "./panel.js";
import { runsFilter } from "./selection.js";
import { formatWhole } from "/view/numbers.js";

const MOST = 50;

export class EventList {
  #key = "";
  #events = [];

  constructor({ feed }) {
    this.feed = feed;
    this.list = element("ul", { class: "events" });
    this.node = element(
      "section",
      { class: "panel wide", "aria-label": "Events", hidden: true },
      element("div", { class: "panel-head" }, element("h2", {}, "Events")),
      element("p", { class: "what" }, ...emphasized("Divergence, probes left out, warnings. **None is good.**")),
      this.list,
    );
  }

  update({ selection }) {
    this.selection = selection;
    const runs = selection.runs.map(({ runId }) => runId);
    if (JSON.stringify(runs) === this.#key) return;
    this.#key = JSON.stringify(runs);
    this.subscription?.unsubscribe();
    this.#events = [];
    nextFrame(this.#draw);
    if (runs.length === 0) return;
    const shown = new Set(runs);
    this.subscription = this.feed.events(runsFilter(selection)).subscribe((event) => {
      if (event.level === "info" || !shown.has(event.runId)) return;
      this.#events.push(event);
      nextFrame(this.#draw);
    });
  }

  #draw = () => {
    this.node.hidden = this.#events.length === 0;
    const runs = new Map(this.selection.runs.map((run) => [run.runId, run]));
    const rows = this.#events.slice(-MOST).map(({ runId, step, level, message }) => {
      const { arm, seed } = runs.get(runId) ?? {};
      const where = `${arm ?? runId}, seed ${seed ?? "?"}, step ${formatWhole(step)}`;
      return element("li", { class: level }, element("span", { class: "more" }, where), element("span", {}, message));
    });
    this.list.replaceChildren(...rows);
  };
}
