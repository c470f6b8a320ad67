// Which stats are compared, each at a place of the network, as the address of the page has them.

import type { Changes, urlState } from "./url-state.ts";

/** A stat, `probe / stat`, and where in the network. */
export interface ComparedStat {
  readonly name: string;
  /** As the catalogue calls it; undefined: the first there is. */
  readonly place: string | undefined;
}

const FIRST = "loss / loss";
/** In an address, of a stat whose place is the first one there is. */
const ANY = "-";

/** Reads the stats to compare: the loss where none is chosen. */
export function comparedStats(state: Pick<typeof urlState, "list">): ComparedStat[] {
  const places = state.list("place");
  const names = state.list("stat");
  return (names.length === 0 ? [FIRST] : names).map((name, i) => {
    const place = places[i];
    return { name, place: place === ANY ? undefined : place };
  });
}

/** Writes them for an address; the loss alone, anywhere, is not written. */
export function statChanges(stats: readonly ComparedStat[]): Changes {
  const isFirst = stats.length === 1 && stats[0]!.name === FIRST;
  const places = stats.map(({ place = ANY }) => place);
  return {
    stat: isFirst ? [] : stats.map(({ name }) => name),
    place: places.every((place) => place === ANY) ? [] : places,
  };
}

/** Puts another one, or none, in the place of one. */
export const withStat = (stats: readonly ComparedStat[], at: number, ...others: readonly ComparedStat[]): Changes =>
  statChanges(stats.toSpliced(at, 1, ...others));
