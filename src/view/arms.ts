import { PLACES } from "./palette.ts";

/** The paper's arms in its order; those that are never in one figure may share a place among the colours. */
const KNOWN: Readonly<Record<string, number>> = {
  standard: 0,
  batchNorm: 1,
  noisyBatchNorm: 2,
  noisyStandard: 3,
  l1Norm: 2,
  l2Norm: 3,
  lInfNorm: 4,
};
const ORDER = Object.keys(KNOWN);

/** Returns the kin of an arm: `standard` of `standard, lr 0.1`. */
const kinOf = (arm: string): string => arm.split(",")[0]!;

/** Arms without repetition as legends list them: the paper's in its order before all others, these as they come. */
export function armsInOrder(names: Iterable<string>): string[] {
  const rank = (name: string): number => {
    const known = ORDER.indexOf(kinOf(name));
    return known < 0 ? ORDER.length : known;
  };
  return [...new Set(names)].sort((a, b) => rank(a) - rank(b));
}

/** Gives each arm its place among the colours: the paper's arms theirs, the others what is free, in order. */
export function placesOf(arms: readonly string[]): Map<string, number> {
  const places = new Map<string, number>();
  const taken = new Set<number>();
  const take = (arm: string, place: number | undefined): void => {
    if (place === undefined || taken.has(place) || places.has(arm)) return;
    places.set(arm, place);
    taken.add(place);
  };
  for (const arm of arms) take(arm, KNOWN[arm]);
  for (const arm of arms) take(arm, KNOWN[kinOf(arm)]);
  for (const arm of arms) {
    const free = Array.from({ length: PLACES }, (_, place) => place).find((place) => !taken.has(place));
    take(arm, free);
    if (!places.has(arm)) places.set(arm, places.size % PLACES);
  }
  return places;
}
