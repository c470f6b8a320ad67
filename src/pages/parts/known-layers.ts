import type { Feed, Filter } from "../../feed/client/index.ts";
import type { Selection } from "./context.ts";
import { runsFilter } from "./selection.ts";

/** Which layers there are: those of some series, and of the histograms of one run. Asked for once per choice of runs. */
export class KnownLayers {
  layers: readonly number[] = [];
  /** Whether the answer is complete. */
  known: boolean;
  readonly #feed: Feed;
  readonly #of: (Filter & { readonly histograms?: boolean }) | undefined;
  readonly #onChange: () => void;
  #key: string | undefined;
  #subscriptions: { unsubscribe(): void }[] = [];

  constructor(feed: Feed, of: (Filter & { readonly histograms?: boolean }) | undefined, onChange: () => void) {
    this.#feed = feed;
    this.#of = of;
    this.#onChange = onChange;
    this.known = of === undefined;
  }

  find(selection: Selection): void {
    const runs = selection.runs.map(({ runId }) => runId);
    const key = JSON.stringify(runs);
    if (this.#of === undefined || key === this.#key || runs.length === 0) return;
    this.#key = key;
    this.known = false;
    for (const one of this.#subscriptions) one.unsubscribe();
    const found = new Set<number>();
    const add = (layers: Iterable<number | null>): void => {
      const before = found.size;
      for (const layer of layers) if (layer !== null) found.add(layer);
      if (found.size === before) return;
      this.layers = [...found].sort((a, b) => a - b);
      this.#onChange();
    };
    const { histograms, ...filter } = this.#of;
    const series = this.#feed.series({ ...filter, ...runsFilter(selection), layers: "any", units: "any", points: 2 });
    this.#subscriptions = [
      series.subscribe((set) => {
        add(set.series.map(({ layer }) => layer));
        if (!set.complete || this.known) return;
        this.known = true;
        if (found.size === 0) this.layers = [];
        this.#onChange();
      }),
    ];
    if (!histograms) return;
    const records = this.#feed.histograms({ runs: runs.slice(0, 1) });
    this.#subscriptions.push(records.subscribe(({ layer }) => add([layer])));
  }
}
