// What was recorded: probes, stats, layers and distances of the runs shown, as they come.

import { LiveSeries } from "./live-series.js";
import { nextFrame } from "./frames.js";

/** Runs looked at: one per curve, and not more than these. */
const MOST = 12;

export class Catalogue {
  #length = -1;
  /** Label of `probe / stat` to Map from a place's label to the filter that names it. */
  entries = new Map();

  constructor(feed, onChange) {
    this.live = new LiveSeries(feed, () => nextFrame(this.#read));
    this.onChange = onChange;
  }

  update({ selection }) {
    const runs = selection.curves.slice(0, MOST).map((curve) => curve.runs[0].runId);
    this.live.ask(runs.length > 0 ? { runs, layers: "any", distances: "any", points: 2 } : undefined);
  }

  #read = () => {
    const { series } = this.live.set;
    if (series.length === this.#length) return;
    this.#length = series.length;
    const entries = new Map();
    const rank = ({ layer, distance }) => (layer ?? -1) * 1e6 + (distance ?? -1);
    for (const one of [...series].sort((a, b) => rank(a) - rank(b))) {
      if (one.probe === "timing" || one.probe.startsWith("cost/")) continue;
      const name = `${one.probe} / ${one.stat}`;
      if (!entries.has(name)) entries.set(name, new Map());
      entries.get(name).set(placeOf(one), { layer: one.layer, distance: one.distance });
    }
    this.entries = new Map([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
    this.onChange();
  };
}

export function placeOf({ layer, distance }) {
  const parts = [...(layer === null ? [] : [`layer ${layer}`]), ...(distance === null ? [] : [`distance ${distance}`])];
  return parts.join(", ") || "whole network";
}
