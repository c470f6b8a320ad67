// Histograms of one arm over the steps as a heat map: column = step, height = value, shade = share of the values.

import { drawnLines } from "./drawn.js";
import { addColumn } from "./histogram-column.js";
import { nextFrame } from "./frames.js";
import { Panel } from "./panel.js";
import { formatNumber } from "/view/numbers.js";

export class HistogramHeat {
  #records = [];
  #key = "";

  /** `unitOf(context)` chooses a unit, `offer(units)` is told of those that there are. */
  constructor(curve, context, { unitOf, offer }) {
    Object.assign(this, { curve, unitOf, offer });
    this.panel = new Panel(
      {
        ...{ id: "histograms", title: curve.name, compact: true, height: 240 },
        ...{ yLabel: "value before the non-linearity", onZoom: context.zoomTo },
        what: "Each column is a histogram of the values of one step: the darker, the more values lie there. A straight, even band is a steady distribution.",
      },
      context,
    );
    this.panel.source = () => context.source();
    this.node = this.panel.node;
  }

  update(context) {
    this.context = context;
    const run = context.selection.curves.find(({ name }) => name === this.curve.name)?.runs[0];
    const { layer } = context;
    const key = JSON.stringify([run?.runId, layer]);
    if (key !== this.#key) {
      this.#key = key;
      this.#records = [];
      this.subscription?.unsubscribe();
      this.panel.say("loading");
      if (run && layer !== undefined) {
        this.subscription = context.feed.histograms({ runs: [run.runId], layers: [layer] }).subscribe({
          next: (histogram) => {
            this.#records.push(histogram);
            nextFrame(this.#draw);
          },
          error: (error) => this.panel.say("error", error.message),
        });
      }
    }
    nextFrame(this.#draw);
  }

  drawn() {
    return drawnLines(`histograms/${this.curve.name}`, this.panel.chart.content);
  }

  destroy() {
    this.subscription?.unsubscribe();
    this.panel.destroy();
  }

  #missing() {
    return "Not recorded for this layer. The probe histogram() records it.";
  }

  #draw = () => {
    const { context } = this;
    if (!context) return;
    const unitOf = ({ unit }) => (unit === null || unit === undefined ? "all" : String(unit));
    this.offer(new Set(this.#records.map(unitOf)));
    const wanted = this.unitOf(context) || (this.#records[0] && unitOf(this.#records[0]));
    const records = this.#records.filter((one) => unitOf(one) === wanted).sort((a, b) => a.step - b.step);
    if (records.length === 0) {
      if (!context.layersKnown) return this.panel.say("loading");
      const waiting = context.selection.live || context.connection.state !== "live";
      return this.panel.say("empty", waiting ? "Waiting for the first histogram…" : this.#missing());
    }
    const { colours, zoom, selection } = context;
    const shown = records.filter(({ step }) => !zoom || (step >= zoom[0] && step <= zoom[1]));
    this.panel.show(this.#content(records), {
      ...{ colours, zoom, live: selection.live, points: shown.length, readings: records.length },
    });
  };

  #content(records) {
    const length = records.reduce((sum, { counts }) => sum + counts.length, 0);
    const cells = { length: 0, place: this.curve.place };
    for (const key of ["x0", "x1", "y0", "y1", "share", "value"]) cells[key] = new Float64Array(length);
    records.forEach((record, i) => addColumn(cells, record, records, i));
    return { cells, describe: (x) => describe(records, x) };
  }
}

/** One histogram in words: its range, and where the middle half of its values lies. */
function describe(records, x) {
  const { lo, hi, counts } = records.findLast(({ step }) => x === undefined || step <= x) ?? records[0];
  const total = counts.reduce((sum, count) => sum + count, 0);
  const quantile = (share) => {
    let seen = 0;
    const bin = counts.findIndex((count) => (seen += count) >= share * total);
    return lo + ((bin + 0.5) * (hi - lo)) / counts.length;
  };
  return `from ${formatNumber(lo)} to ${formatNumber(hi)}, middle half ${formatNumber(quantile(0.25))} to ${formatNumber(quantile(0.75))}`;
}
