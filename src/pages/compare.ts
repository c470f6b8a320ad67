// Any runs, any stats, any x axis.

import { Catalogue } from "./parts/catalogue.ts";
import { choice, fillOptions } from "./parts/choice.ts";
import { comparedStats, statChanges } from "./parts/compared-stats.ts";
import { ComparisonPanel } from "./parts/comparison-panel.ts";
import type { Context, Part } from "./parts/context.ts";
import type { DrawnItem } from "./parts/drawn.ts";
import { element } from "./parts/element.ts";
import { nextFrame } from "./parts/frames.ts";
import type { LinePanel } from "./parts/line-panel.ts";
import { LiveSeries } from "./parts/live-series.ts";
import { startPage } from "./parts/page.ts";
import { runsFilter } from "./parts/selection.ts";
import { urlState } from "./parts/url-state.ts";
import { X_AXES, xAxis } from "./parts/x-axes.ts";

/** Stats side by side, at most. */
const MOST = 8;

class Comparison implements Part {
  readonly node = element("div", { class: "whole" });
  readonly tool: HTMLElement;
  readonly #panels: ComparisonPanel[] = [];
  readonly #catalogue: Catalogue;
  readonly #clocks: LiveSeries;
  readonly #x = choice("Over", "x", (value) => ({ x: value === "step" ? "" : value, from: "", to: "" }));
  readonly #add = choice("Add", "add", (name) => this.#added(name));
  #context: Context;

  constructor(context: Context) {
    this.#context = context;
    this.#catalogue = new Catalogue(context.feed, () => this.update(this.#context));
    this.#clocks = new LiveSeries(context.feed, () => nextFrame(this.#timed));
    fillOptions(this.#x.select, X_AXES);
    const choices = { class: "choices", role: "group", "aria-label": "What is compared" };
    this.tool = element("div", choices, this.#x.node, this.#add.node);
  }

  update(context: Context): void {
    this.#context = context;
    this.#catalogue.update(context);
    const { state, selection } = context;
    const stats = comparedStats(state);
    const x = state.get("x") ?? "step";
    this.#x.select.value = x;
    const times = { ...runsFilter(selection), probes: ["timing"], stats: ["milliseconds"], points: 400 };
    this.#clocks.ask(xAxis(x).perRun && selection.runs.length > 0 ? times : undefined);
    for (let at = this.#panels.length; at < stats.length; at++) {
      const panel = new ComparisonPanel(at, this.#catalogue, this.#clocks);
      this.#panels.push(panel);
      this.node.append(panel.node);
    }
    for (const panel of this.#panels.splice(stats.length)) panel.destroy();
    for (const panel of this.#panels) panel.update(context);
    this.#add.node.hidden = stats.length >= MOST;
    const names = [...this.#catalogue.entries.keys()];
    fillOptions(this.#add.select, [["", "a stat…"], ...names.map((name) => [name, name] as const)], "");
  }

  /** Charts, for tests and scripts. */
  get charts(): readonly LinePanel[] {
    return this.#panels.flatMap(({ chart }) => chart ?? []);
  }

  drawn(): DrawnItem[] {
    return this.#panels.flatMap((panel) => panel.drawn());
  }

  readonly #timed = (): void => this.#panels.forEach((panel) => panel.timed());

  #added(name: string) {
    return name === "" ? {} : statChanges([...comparedStats(urlState), { name, place: undefined }]);
  }
}

startPage({
  title: "Compare",
  question: "How do any runs differ in any numbers that were recorded, over steps, samples, epochs or time?",
  controls: ["allRuns", "arms", "seeds", "smooth"],
  build: (context) => [new Comparison(context)],
});
