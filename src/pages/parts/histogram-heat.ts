// Histograms of one arm over the steps as a heat map: column = step, height = value, shade = share of the values.

import type { RunHistogram } from "../../feed/client/index.ts";
import { formatNumber } from "../../view/numbers.ts";
import { Cells, type Content } from "./content.ts";
import type { Context } from "./context.ts";
import type { Curve } from "./curve.ts";
import { type DrawnItem, drawnLines } from "./drawn.ts";
import { nextFrame } from "./frames.ts";
import { addColumn } from "./histogram-column.ts";
import type { Multiple } from "./multiples.ts";
import { Panel } from "./panel.ts";

/** "all" for the histogram of a whole layer, or the number of a unit. */
export type Unit = string;

interface UnitChoice {
  /** Undefined: the first that came. */
  readonly unitOf: (context: Context) => Unit | undefined;
  /** Is told of those that there are. */
  readonly offer: (units: Iterable<Unit>) => void;
}

const unitOf = ({ unit }: RunHistogram): Unit => (unit === undefined ? "all" : String(unit));

export class HistogramHeat implements Multiple {
  readonly node: HTMLElement;
  readonly #panel: Panel;
  readonly #curve: Curve;
  readonly #choice: UnitChoice;
  #context: Context;
  #records: RunHistogram[] = [];
  #key = "";
  #subscription: { unsubscribe(): void } | undefined;

  constructor(curve: Curve, context: Context, choice: UnitChoice) {
    this.#curve = curve;
    this.#choice = choice;
    this.#context = context;
    this.#panel = new Panel(
      {
        id: "histograms",
        title: curve.name,
        compact: true,
        height: 240,
        yLabel: "value before the non-linearity",
        onZoom: context.zoomTo,
        what: "Each column is a histogram of the values of one step: the stronger its colour, the more values lie there. A straight, even band is a steady distribution.",
      },
      context,
    );
    this.node = this.#panel.node;
  }

  update(context: Context): void {
    this.#context = context;
    const run = context.selection.curves.find(({ name }) => name === this.#curve.name)?.runs[0];
    const { layer } = context;
    const key = JSON.stringify([run?.runId, layer]);
    if (key !== this.#key) {
      this.#key = key;
      this.#records = [];
      this.#subscription?.unsubscribe();
      this.#panel.say("loading");
      if (run && typeof layer === "number") {
        this.#subscription = context.feed.histograms({ runs: [run.runId], layers: [layer] }).subscribe({
          next: (histogram) => {
            this.#records.push(histogram);
            nextFrame(this.#draw);
          },
          error: (error: Error) => this.#panel.say("error", error.message),
        });
      }
    }
    nextFrame(this.#draw);
  }

  drawn(): DrawnItem[] {
    return drawnLines(`histograms/${this.#curve.name}`, this.#panel.chart.content);
  }

  destroy(): void {
    this.#subscription?.unsubscribe();
    this.#panel.destroy();
  }

  readonly #draw = (): void => {
    const { colours, zoom, selection, layersKnown, connection } = this.#context;
    this.#choice.offer(new Set(this.#records.map(unitOf)));
    const wanted = this.#choice.unitOf(this.#context) ?? (this.#records[0] && unitOf(this.#records[0]));
    const records = this.#records.filter((one) => unitOf(one) === wanted).sort((a, b) => a.step - b.step);
    if (records.length === 0) {
      if (!layersKnown) return this.#panel.say("loading");
      const waiting = selection.live || connection.state !== "live";
      const missing = "Not recorded for this layer. The probe histogram() records it.";
      return this.#panel.say(waiting ? "waiting" : "empty", waiting ? "Waiting for the first histogram…" : missing);
    }
    const shown = records.filter(({ step }) => !zoom || (step >= zoom[0] && step <= zoom[1]));
    this.#panel.show(this.#content(records), {
      colours,
      zoom,
      live: selection.live,
      points: shown.length,
      readings: records.length,
    });
  };

  #content(records: readonly RunHistogram[]): Content {
    const most = records.reduce((sum, { counts }) => sum + counts.length, 0);
    const cells = new Cells(most, this.#curve.place);
    records.forEach((record, i) => addColumn(cells, record, records, i));
    return { cells, describe: (x) => describe(records, x) };
  }
}

/** Describes one histogram in words: its range, and where the middle half of its values lies. */
function describe(records: readonly RunHistogram[], x: number | undefined): string {
  const { lo, hi, counts } = records.findLast(({ step }) => x === undefined || step <= x) ?? records[0]!;
  const total = counts.reduce((sum, count) => sum + count, 0);
  const quantile = (share: number): number => {
    let seen = 0;
    const bin = counts.findIndex((count) => (seen += count) >= share * total);
    return lo + ((bin + 0.5) * (hi - lo)) / counts.length;
  };
  return `from ${formatNumber(lo)} to ${formatNumber(hi)}, middle half ${formatNumber(quantile(0.25))} to ${formatNumber(quantile(0.75))}`;
}
