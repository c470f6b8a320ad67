// Any runs, any stat, any x axis.

import type { RunState, Series } from "../feed/client/index.ts";
import { formatNumber } from "../view/numbers.ts";
import { goodWay, statName } from "../view/stats.ts";
import { Catalogue, type SeriesPlace } from "./parts/catalogue.ts";
import { choice, fillOptions } from "./parts/choice.ts";
import type { Line } from "./parts/content.ts";
import type { Context, Part } from "./parts/context.ts";
import { curveLines } from "./parts/curve-lines.ts";
import type { DrawnItem } from "./parts/drawn.ts";
import { element } from "./parts/element.ts";
import { nextFrame } from "./parts/frames.ts";
import { LinePanel, type LinePanelOptions } from "./parts/line-panel.ts";
import { LiveSeries } from "./parts/live-series.ts";
import { startPage } from "./parts/page.ts";
import { runsFilter } from "./parts/selection.ts";
import { type FromSteps, stepAt, X_AXES, type XAxis, xAxis } from "./parts/x-axes.ts";

const statOf = ({ state }: Context): string => state.get("stat") ?? "loss / loss";
const axisOf = ({ state }: Context): XAxis => xAxis(state.get("x"));

class Comparison implements Part {
  readonly node = element("div", { class: "whole" });
  readonly tool: HTMLElement;
  panel: LinePanel | undefined;
  readonly #catalogue: Catalogue;
  readonly #clocks: LiveSeries;
  readonly #stat = choice("Stat", "stat", (value) => ({ stat: value === "loss / loss" ? "" : value, place: "" }));
  readonly #place = choice("Of", "place", (value) => ({ place: value }));
  readonly #x = choice("Over", "x", (value) => ({ x: value === "step" ? "" : value, from: "", to: "" }));
  #context: Context;
  #key = "";

  constructor(context: Context) {
    this.#context = context;
    this.#catalogue = new Catalogue(context.feed, () => this.update(this.#context));
    this.#clocks = new LiveSeries(context.feed, () => nextFrame(this.#timed));
    fillOptions(this.#x.select, X_AXES);
    const choices = { class: "choices", role: "group", "aria-label": "What is compared" };
    this.tool = element("div", choices, this.#stat.node, this.#place.node, this.#x.node);
  }

  update(context: Context): void {
    this.#context = context;
    this.#catalogue.update(context);
    const places = this.#offer(context);
    const axis = axisOf(context);
    const times = { ...runsFilter(context.selection), probes: ["timing"], stats: ["milliseconds"], points: 400 };
    this.#clocks.ask(axis.perRun && context.selection.runs.length > 0 ? times : undefined);
    const chosen = places.get(context.state.get("place") ?? "") ?? [...places.values()][0];
    const key = JSON.stringify([statOf(context), chosen, axis.label]);
    if (key !== this.#key) {
      this.#key = key;
      this.panel?.destroy();
      this.panel = new LinePanel(this.#options(context, chosen, axis), context);
      this.node.append(this.panel.node);
    }
    this.panel?.update(context);
  }

  drawn(): DrawnItem[] {
    return this.panel?.drawn() ?? [];
  }

  readonly #timed = (): void => {
    if (axisOf(this.#context).perRun) this.panel?.update(this.#context);
  };

  #offer(context: Context): ReadonlyMap<string, SeriesPlace> {
    const { entries } = this.#catalogue;
    const stat = statOf(context);
    const pairs = (names: readonly string[]) => names.map((name) => [name, name] as const);
    fillOptions(this.#stat.select, pairs(entries.has(stat) ? [...entries.keys()] : [stat, ...entries.keys()]), stat);
    const places = entries.get(stat) ?? new Map<string, SeriesPlace>();
    const names = [...places.keys()];
    const place = context.state.get("place") ?? "";
    fillOptions(this.#place.select, pairs(names), names.includes(place) ? place : names[0]);
    this.#place.node.hidden = names.length < 2;
    this.#x.select.value = context.state.get("x") ?? "step";
    return places;
  }

  #options(context: Context, place: SeriesPlace | undefined, axis: XAxis): LinePanelOptions {
    const name = statOf(context);
    const [probe = "", stat = ""] = name.split(" / ");
    const { layer = null, distance = null } = place ?? {};
    return {
      id: "comparison",
      title: statName(stat),
      wide: true,
      log: true,
      height: 420,
      xLabel: axis.label,
      yLabel: name,
      what: goodWay(name),
      missing: `No ${name} in these runs.`,
      formatX: (value) =>
        value === undefined ? "–" : axis.label === "step" ? axis.format(value) : formatNumber(value),
      onZoom: (from, to) => this.#zoom(from, to),
      query: () => ({
        probes: [probe],
        stats: [stat],
        layers: layer === null ? "none" : [layer],
        distances: distance === null ? "none" : "any",
      }),
      content: (series, now) => {
        const mine = series.filter((one) => one.distance === distance);
        return { lines: this.#lines(mine, now) };
      },
    };
  }

  #lines(series: readonly Series[], context: Context): Line[] {
    const axis = axisOf(context);
    const lines = curveLines(series, axis.perRun ? { ...context, seeds: "single" } : context);
    if (axis === xAxis("step")) return lines;
    return lines.flatMap((line) => {
      const run = context.selection.runs.find(({ runId }) => runId === line.runId) ?? line.curve.runs[0];
      const toX = run && this.#toX(run);
      return toX ? [{ ...line, x: line.x.subarray(0, line.length).map((step) => toX(step)) }] : [];
    });
  }

  #toX(run: RunState): FromSteps | undefined {
    const clocks = new Map(this.#clocks.set.series.map((one) => [one.runId, one]));
    return axisOf(this.#context).of(run, clocks);
  }

  /** Keeps the zoom in steps, whatever the axis counts: the widest over the runs. */
  #zoom(from?: number, to?: number): void {
    const { zoomTo, selection } = this.#context;
    if (from === undefined || to === undefined || axisOf(this.#context) === xAxis("step")) return zoomTo(from, to);
    const ends = selection.runs.flatMap((run) => {
      const toX = this.#toX(run);
      return toX ? [[stepAt(toX, from, run.steps), stepAt(toX, to, run.steps)] as const] : [];
    });
    if (ends.length > 0) zoomTo(Math.min(...ends.map(([a]) => a)), Math.max(...ends.map(([, b]) => b)));
  }
}

startPage({
  title: "Compare",
  question: "How do any runs differ in any number that was recorded, over steps, samples, epochs or time?",
  controls: ["allRuns", "arms", "seeds", "smooth"],
  build: (context) => [new Comparison(context)],
});
