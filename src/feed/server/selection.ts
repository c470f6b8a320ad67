import type { Subscribe } from "../protocol/client-messages.ts";
import type { Filter } from "../protocol/filter.ts";
import { selectsRun } from "../protocol/select-run.ts";
import { selectsSeries, type SeriesKey } from "../protocol/select-series.ts";
import type { Registry, RunEntry } from "./registry.ts";

const [NO, YES] = [1, 2];

/** Remembers which of the numbered things a predicate lets through, and those it did in the order they were met. */
class Chosen {
  readonly numbers: number[] = [];
  readonly #test: (number: number) => boolean;
  #known = new Uint8Array(64);

  constructor(test: (number: number) => boolean) {
    this.#test = test;
  }

  has(number: number): boolean {
    if (number >= this.#known.length) {
      const longer = new Uint8Array(2 * number);
      longer.set(this.#known);
      this.#known = longer;
    }
    if (this.#known[number] === 0) {
      const chosen = this.#test(number);
      this.#known[number] = chosen ? YES : NO;
      if (chosen) this.numbers.push(number);
    }
    return this.#known[number] === YES;
  }
}

/** What a subscription wants, decided once for each run, series and place. */
export class RecordSelection {
  readonly filter: Filter;
  readonly series: Chosen;
  readonly places: Chosen;
  readonly #runs: Chosen;
  readonly #from: number;
  readonly #to: number;
  readonly #every: number;

  constructor(request: Subscribe, registry: Registry) {
    const units = request.filter.units ?? (request.kind === "series" ? "none" : "any");
    const filter = { ...request.filter, units };
    this.filter = filter;
    this.#from = (request.kind === "series" ? request.from : undefined) ?? -Infinity;
    this.#to = (request.kind === "series" ? request.to : undefined) ?? Infinity;
    this.#every = (request.kind === "histograms" ? request.every : undefined) ?? 1;
    const wants = ({ run, ...key }: SeriesKey & { readonly run: RunEntry }) =>
      this.hasRun(run) && selectsSeries(filter, key);
    this.#runs = new Chosen((number) => selectsRun(filter, registry.run(number).state));
    this.series = new Chosen((number) => wants(registry.series(number)));
    this.places = new Chosen((number) => {
      const { run, layer, site, unit } = registry.place(number);
      return wants({ run, probe: "histogram", stat: site, layer, unit, distance: null });
    });
  }

  hasRun(run: RunEntry): boolean {
    return this.#runs.has(run.number);
  }

  hasStep(step: number): boolean {
    return step >= this.#from && step <= this.#to && step % this.#every === 0;
  }
}
