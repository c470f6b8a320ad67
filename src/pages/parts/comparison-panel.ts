// One stat of several runs, over whatever axis is chosen.

import type { RunState, Series } from "../../feed/client/index.ts";
import { formatNumber } from "../../view/numbers.ts";
import { goodWay, statName } from "../../view/stats.ts";
import type { Catalogue, SeriesPlace } from "./catalogue.ts";
import { choice, fillOptions } from "./choice.ts";
import { type ComparedStat, comparedStats, withStat } from "./compared-stats.ts";
import type { Line } from "./content.ts";
import type { Context } from "./context.ts";
import { curveLines } from "./curve-lines.ts";
import type { DrawnItem } from "./drawn.ts";
import { element } from "./element.ts";
import { LinePanel, type LinePanelOptions } from "./line-panel.ts";
import type { LiveSeries } from "./live-series.ts";
import { type FromSteps, type RunOnAxis, stepsWithin, widestOf, xAxis } from "./x-axes.ts";
import { urlState } from "./url-state.ts";

const NOWHERE: ReadonlyMap<string, SeriesPlace> = new Map();
const pairs = (names: readonly string[]) => names.map((name) => [name, name] as const);

export class ComparisonPanel {
  readonly node = element("div", { class: "compared" });
  readonly #at: number;
  readonly #catalogue: Catalogue;
  readonly #clocks: LiveSeries;
  readonly #stat = choice("Stat", "stat", (name) => this.#changed({ name, place: undefined }));
  readonly #place = choice("Of", "place", (place) => this.#changed({ name: this.#name, place }));
  readonly #remove = element("button", { type: "button", class: "quiet", onclick: () => this.#leave() }, "Remove");
  #panel: LinePanel | undefined;
  #context: Context | undefined;
  #axis = xAxis("step");
  #name = "";
  #key = "";

  /** The stat at this place of the list; `clocks` are the times of runs. */
  constructor(at: number, catalogue: Catalogue, clocks: LiveSeries) {
    this.#at = at;
    this.#catalogue = catalogue;
    this.#clocks = clocks;
    const choices = { class: "choices", role: "group", "aria-label": `What is compared, ${at + 1}` };
    this.node.append(element("div", choices, this.#stat.node, this.#place.node, this.#remove));
  }

  update(context: Context): void {
    const stats = comparedStats(context.state);
    const { name, place = "" } = stats[this.#at]!;
    this.#context = context;
    this.#name = name;
    this.#axis = xAxis(context.state.get("x"));
    this.#remove.hidden = stats.length === 1;
    const places = this.#offer(place);
    const chosen = places.get(place) ?? [...places.values()][0];
    const key = JSON.stringify([name, chosen, this.#axis.label]);
    if (key !== this.#key) {
      this.#key = key;
      this.#panel?.destroy();
      this.#panel = new LinePanel(this.#options(chosen), context);
      this.node.append(this.#panel.node);
    }
    this.#panel?.update(context);
  }

  get chart(): LinePanel | undefined {
    return this.#panel;
  }

  /** Draws anew: the times of runs have come. */
  timed(): void {
    if (this.#context && this.#axis.perRun) this.#panel?.update(this.#context);
  }

  drawn(): DrawnItem[] {
    return this.#panel?.drawn() ?? [];
  }

  destroy(): void {
    this.#panel?.destroy();
    this.node.remove();
  }

  #changed(to: ComparedStat) {
    return withStat(comparedStats(urlState), this.#at, to);
  }

  #leave(): void {
    urlState.set(withStat(comparedStats(urlState), this.#at));
  }

  #offer(place: string): ReadonlyMap<string, SeriesPlace> {
    const { entries } = this.#catalogue;
    const known = [...entries.keys()];
    fillOptions(this.#stat.select, pairs(known.includes(this.#name) ? known : [this.#name, ...known]), this.#name);
    const places = entries.get(this.#name) ?? NOWHERE;
    const names = [...places.keys()];
    fillOptions(this.#place.select, pairs(names), names.includes(place) ? place : names[0]);
    this.#place.node.hidden = names.length < 2;
    return places;
  }

  #options(place: SeriesPlace | undefined): LinePanelOptions {
    const [name, axis] = [this.#name, this.#axis];
    const [probe = "", stat = ""] = name.split(" / ");
    const { layer = null, distance = null } = place ?? {};
    return {
      id: this.#at === 0 ? "comparison" : `comparison-${this.#at + 1}`,
      title: statName(stat),
      wide: true,
      log: true,
      height: 420,
      xLabel: axis.label,
      yLabel: probe === stat ? statName(stat) : name,
      what: goodWay(name),
      missing: `No ${name} in these runs.`,
      formatX: (value) =>
        value === undefined ? "–" : axis.label === "step" ? axis.format(value) : formatNumber(value),
      onZoom: (from, to) => this.#zoom(from, to),
      toX: (steps) => widestOf(this.#maps(), steps) ?? steps,
      unable: () => (this.#maps().length > 0 ? undefined : `To count ${axis.label}, runs need ${axis.wants}.`),
      query: () => ({
        probes: [probe],
        stats: [stat],
        layers: layer === null ? "none" : [layer],
        distances: distance === null ? "none" : "any",
      }),
      content: (series, now) => ({ lines: this.#lines(series, distance, now) }),
    };
  }

  #lines(all: readonly Series[], distance: number | null, context: Context): Line[] {
    const series = all.filter((one) => one.distance === distance);
    const lines = curveLines(series, this.#axis.perRun ? { ...context, seeds: "single" } : context);
    if (this.#axis === xAxis("step")) return lines;
    return lines.flatMap((line) => {
      const run = context.selection.runs.find(({ runId }) => runId === line.runId) ?? line.curve.runs[0];
      const toX = run && this.#toX(run);
      return toX ? [{ ...line, x: line.x.subarray(0, line.length).map((step) => toX(step)) }] : [];
    });
  }

  #toX(run: RunState): FromSteps | undefined {
    return this.#axis.of(run, new Map(this.#clocks.set.series.map((one) => [one.runId, one])));
  }

  /** Of each run that has it, how steps lie on the axis, and how many it makes. */
  #maps(): readonly RunOnAxis[] {
    return this.#context!.selection.runs.flatMap((run) => {
      const toX = this.#toX(run);
      return toX ? [{ toX, steps: run.steps }] : [];
    });
  }

  /** Keeps the zoom in steps, whatever the axis counts. */
  #zoom(from?: number, to?: number): void {
    const { zoomTo } = this.#context!;
    if (from === undefined || to === undefined || this.#axis === xAxis("step")) return zoomTo(from, to);
    const steps = stepsWithin(this.#maps(), [from, to]);
    if (steps) zoomTo(...steps);
  }
}
