// What was recorded: probes, stats, layers and distances of the runs shown, as they come.

import type { Feed, Series } from "../../feed/client/index.ts";
import { grouped } from "../../view/grouped.ts";
import type { Context } from "./context.ts";
import { nextFrame } from "./frames.ts";
import { LiveSeries } from "./live-series.ts";

/** Runs looked at: one per curve, and not more than these. */
const MOST = 12;

/** Where in a network a stat was read. */
export type SeriesPlace = Pick<Series, "layer" | "distance">;
/** Label of `probe / stat` to places by their labels. */
type Entries = ReadonlyMap<string, ReadonlyMap<string, SeriesPlace>>;

export class Catalogue {
  readonly #live: LiveSeries;
  readonly #onChange: () => void;
  #length = -1;
  /** Series are others for other runs, however many. */
  #first: Series | undefined;
  entries: Entries = new Map();

  constructor(feed: Feed, onChange: () => void) {
    this.#live = new LiveSeries(feed, () => nextFrame(this.#read));
    this.#onChange = onChange;
  }

  update({ selection }: Pick<Context, "selection">): void {
    const runs = selection.curves.slice(0, MOST).map((curve) => curve.runs[0]!.runId);
    this.#live.ask(runs.length > 0 ? { runs, layers: "any", distances: "any", points: 2 } : undefined);
  }

  readonly #read = (): void => {
    const { series } = this.#live.set;
    if (series.length === this.#length && series[0] === this.#first) return;
    [this.#length, this.#first] = [series.length, series[0]];
    this.entries = entriesOf(series);
    this.#onChange();
  };
}

/** Lists what there is to choose from: stats by name, their places from the input on. */
export function entriesOf(series: readonly Pick<Series, "probe" | "stat" | "layer" | "distance">[]): Entries {
  const rank = ({ layer, distance }: SeriesPlace): number => (layer ?? -1) * 1e6 + (distance ?? -1);
  const told = series
    .filter(({ probe, stat }) => `${probe} / ${stat}` !== "timing / milliseconds" && !probe.startsWith("cost/"))
    .sort((a, b) => rank(a) - rank(b));
  const byName = [...grouped(told, ({ probe, stat }) => `${probe} / ${stat}`)].sort(([a], [b]) => (a < b ? -1 : 1));
  return new Map(
    byName.map(([name, members]) => {
      const places = members.map(
        ({ layer, distance }) => [placeText({ layer, distance }), { layer, distance }] as const,
      );
      return [name, new Map(places)];
    }),
  );
}

/** Writes a place: `layer 3, distance 0.5`, or `whole network`. */
function placeText({ layer, distance }: SeriesPlace): string {
  const parts = [...(layer === null ? [] : [`layer ${layer}`]), ...(distance === null ? [] : [`distance ${distance}`])];
  return parts.join(", ") || "whole network";
}
