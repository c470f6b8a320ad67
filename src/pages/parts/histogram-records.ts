// The histograms of one layer, of the first run of each curve that is shown.

import type { RunHistogram } from "../../feed/client/index.ts";
import type { Context } from "./context.ts";
import type { Curve } from "./curve.ts";

/** "all" for the histogram of a whole layer, or the number of a unit. */
export type Unit = string;

const unitOf = ({ unit }: RunHistogram): Unit => (unit === undefined ? "all" : String(unit));

export class HistogramRecords {
  error: Error | undefined;
  readonly #onChange: () => void;
  /** By run, those of a step, site and unit: what a crash took away comes again. */
  readonly #byRun = new Map<string, Map<string, RunHistogram>>();
  readonly #subscriptions = new Map<string, { unsubscribe(): void }>();
  #layer: number | undefined;

  /** `onChange` is called after each record, often; draw in the next frame. */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Asks for those of the layer chosen that are not there. */
  ask({ feed, layer }: Pick<Context, "feed" | "layer">, curves: readonly Curve[]): void {
    const wanted = typeof layer === "number" ? curves.flatMap(({ runs }) => runs[0]?.runId ?? []) : [];
    const isOther = layer !== this.#layer;
    this.#layer = typeof layer === "number" ? layer : undefined;
    for (const [runId, subscription] of this.#subscriptions) {
      if (!isOther && wanted.includes(runId)) continue;
      subscription.unsubscribe();
      this.#subscriptions.delete(runId);
      this.#byRun.delete(runId);
    }
    for (const runId of wanted) {
      if (this.#subscriptions.has(runId)) continue;
      const records = new Map<string, RunHistogram>();
      this.#byRun.set(runId, records);
      const next = (histogram: RunHistogram): void => {
        records.set(`${histogram.step} ${histogram.site} ${unitOf(histogram)}`, histogram);
        this.#onChange();
      };
      const answers = feed.histograms({ runs: [runId], layers: [layer as number] });
      this.#subscriptions.set(runId, answers.subscribe({ next, error: (error: Error) => this.#failed(error) }));
    }
  }

  /** Lists the sites that were recorded, that before the non-linearity first. */
  sites(): string[] {
    const sites = [...new Set(this.#all().map(({ site }) => site))].sort();
    return sites.sort((a, b) => Number(b === "norm") - Number(a === "norm"));
  }

  /** Lists the units that were recorded at a site. */
  units(wanted: string): Set<Unit> {
    const own = this.#all().filter(({ site }) => site === wanted);
    return new Set(own.map(unitOf));
  }

  /** Returns those of a curve at a site, by step; of the unit that came first where none is named. */
  of({ runs }: Curve, { site, unit }: { readonly site: string; readonly unit: Unit | undefined }): RunHistogram[] {
    const all = this.#byRun.get(runs[0]?.runId ?? "")?.values() ?? [];
    const records = [...all].filter((one) => one.site === site);
    const wanted = unit ?? (records[0] && unitOf(records[0]));
    return records.filter((one) => unitOf(one) === wanted).sort((a, b) => a.step - b.step);
  }

  close(): void {
    for (const subscription of this.#subscriptions.values()) subscription.unsubscribe();
  }

  #all(): RunHistogram[] {
    return [...this.#byRun.values()].flatMap((records) => [...records.values()]);
  }

  #failed(error: Error): void {
    this.error = error;
    this.#onChange();
  }
}
