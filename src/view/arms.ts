import { PLACES } from "./palette.ts";

/** Arms in the order of legends, as papers have them, with their places among the colours. */
export type ArmPlaces = Readonly<Record<string, number>>;

/** Returns the kin of an arm: `standard` of `standard, lr 0.1`. */
const kinOf = (arm: string): string => arm.split(",")[0]!;

/** Lists arms without repetition as legends do: those known in their order before all others, these as they come. */
export function armsInOrder(names: Iterable<string>, known: ArmPlaces = {}): string[] {
  const order = Object.keys(known);
  const rank = (name: string): number => {
    const at = order.indexOf(kinOf(name));
    return at < 0 ? order.length : at;
  };
  return [...new Set(names)].sort((a, b) => rank(a) - rank(b));
}

/** Gives each arm its place among the colours: those known theirs, the others what is free, in order. */
export function placesOf(arms: readonly string[], known: ArmPlaces = {}): Map<string, number> {
  const places = new Map<string, number>();
  const taken = new Set<number>();
  const take = (arm: string, place: number | undefined): void => {
    if (place === undefined || taken.has(place) || places.has(arm)) return;
    places.set(arm, place);
    taken.add(place);
  };
  // An arm may have any name: `constructor` is known only where papers have it.
  const placeOf = (name: string): number | undefined => (Object.hasOwn(known, name) ? known[name] : undefined);
  for (const arm of arms) take(arm, placeOf(arm));
  for (const arm of arms) take(arm, placeOf(kinOf(arm)));
  for (const arm of arms) {
    const free = Array.from({ length: PLACES }, (_, place) => place).find((place) => !taken.has(place));
    take(arm, free);
    if (!places.has(arm)) places.set(arm, places.size % PLACES);
  }
  return places;
}
