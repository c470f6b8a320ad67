// Any runs, any stat, any x axis.

import { Catalogue } from "./parts/catalogue.js";
import { curveLines } from "./parts/curve-lines.js";
import { element } from "./parts/element.js";
import { nextFrame } from "./parts/frames.js";
import { goodWay, statName } from "/view/stats.js";
import { LinePanel } from "./parts/line-panel.js";
import { LiveSeries } from "./parts/live-series.js";
import { startPage } from "./parts/page.js";
import { runsFilter } from "./parts/selection.js";
import { formatNumber } from "/view/numbers.js";
import { choice, fill } from "./parts/toolbar.js";
import { stepAt, X_AXES } from "./parts/x-axes.js";

const statOf = ({ state }) => state.get("stat", "loss / loss");
const axisOf = ({ state }) => X_AXES[state.get("x")] ?? X_AXES.step;

class Comparison {
  constructor(context) {
    this.catalogue = new Catalogue(context.feed, () => this.update(this.context));
    this.clocks = new LiveSeries(context.feed, () =>
      nextFrame(() => axisOf(this.context).perRun && this.panel?.update(this.context)),
    );
    this.stat = choice("Stat", "stat", (value) => ({ stat: value === "loss / loss" ? "" : value, place: "" }));
    this.place = choice("Of", "place", (value) => ({ place: value }));
    this.x = choice("Over", "x", (value) => ({ x: value === "step" ? "" : value, from: "", to: "" }));
    fill(
      this.x.select,
      Object.entries(X_AXES).map(([name, { label }]) => [name, label]),
    );
    this.node = element("div", { class: "whole" });
    this.tool = element(
      "div",
      { class: "choices", role: "group", "aria-label": "What is compared" },
      this.stat.node,
      this.place.node,
      this.x.node,
    );
  }

  update(context) {
    this.context = context;
    this.catalogue.update(context);
    const places = this.#offer(context);
    const axis = axisOf(context);
    const timed = axis.perRun && context.selection.runs.length > 0;
    this.clocks.ask(
      timed
        ? { ...runsFilter(context.selection), probes: ["timing"], stats: ["milliseconds"], points: 400 }
        : undefined,
    );
    const chosen = places.get(context.state.get("place")) ?? [...places.values()][0];
    const key = JSON.stringify([statOf(context), chosen, axis.label]);
    if (key !== this.key) {
      this.key = key;
      this.panel?.destroy();
      this.panel = new LinePanel(this.#options(context, chosen, axis), context);
      this.node.append(this.panel.node);
    }
    this.panel.update(context);
  }

  drawn() {
    return this.panel?.drawn() ?? [];
  }

  #offer(context) {
    const { entries } = this.catalogue;
    const stats = entries.has(statOf(context)) ? [...entries.keys()] : [statOf(context), ...entries.keys()];
    fill(
      this.stat.select,
      stats.map((name) => [name, name]),
      statOf(context),
    );
    const places = entries.get(statOf(context)) ?? new Map();
    const names = [...places.keys()];
    const place = context.state.get("place");
    fill(
      this.place.select,
      names.map((name) => [name, name]),
      names.includes(place) ? place : names[0],
    );
    this.place.node.hidden = names.length < 2;
    this.x.select.value = context.state.get("x", "step");
    return places;
  }

  #options(context, chosen, axis) {
    const [probe, stat] = statOf(context).split(" / ");
    const { layer = null, distance = null } = chosen ?? {};
    return {
      ...{ id: "comparison", title: statName(stat), wide: true, log: true, height: 420 },
      ...{ xLabel: axis.label, formatX: axis.label === "step" ? axis.format : formatNumber, yLabel: statOf(context) },
      what: goodWay(statOf(context)),
      missing: `No ${statOf(context)} in these runs.`,
      onZoom: (from, to) => this.#zoom(from, to),
      query: () => ({
        probes: [probe],
        stats: [stat],
        layers: layer === null ? "none" : [layer],
        distances: distance === null ? "none" : "any",
      }),
      content: (series, now) => ({
        lines: this.#lines(
          series.filter((one) => one.distance === distance),
          now,
        ),
      }),
    };
  }

  #lines(series, context) {
    const axis = axisOf(context);
    const lines = curveLines(series, axis.perRun ? { ...context, seeds: "single" } : context);
    if (axis === X_AXES.step) return lines;
    return lines.flatMap((line) => {
      const toX = this.#toX(context.selection.runs.find(({ runId }) => runId === line.runId) ?? line.curve.runs[0]);
      return toX ? [{ ...line, x: line.x.subarray(0, line.length).map((step) => toX(step)) }] : [];
    });
  }

  #toX(run) {
    const clocks = new Map(this.clocks.set.series.map((one) => [one.runId, one]));
    return axisOf(this.context).of(run, clocks);
  }

  /** The zoom is kept in steps, whatever the axis counts: the widest over the runs. */
  #zoom(from, to) {
    if (from === undefined || axisOf(this.context) === X_AXES.step) return this.context.zoomTo(from, to);
    const ends = this.context.selection.runs.flatMap((run) => {
      const toX = this.#toX(run);
      return toX ? [[stepAt(toX, from, run.steps), stepAt(toX, to, run.steps)]] : [];
    });
    if (ends.length > 0) this.context.zoomTo(Math.min(...ends.map(([a]) => a)), Math.max(...ends.map(([, b]) => b)));
  }
}

startPage({
  title: "Compare",
  question: "How do any runs differ in any number that was recorded, over steps, samples, epochs or time?",
  controls: ["allRuns", "arms", "seeds", "smooth"],
  build: (context) => [new Comparison(context)],
});
