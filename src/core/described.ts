import type { NamedOptions } from "./types.ts";

const descriptions = new WeakMap<object, NamedOptions>();

/** Notes what made `made`, and with which options, for the record. */
export function describeAs<T extends object>(made: T, description: NamedOptions): T {
  descriptions.set(made, description);
  return made;
}

/** What was noted of it; of a function that nobody described, its name. */
export function descriptionOf(made: object): NamedOptions {
  const name = typeof made === "function" && made.name !== "" ? made.name : "own";
  return descriptions.get(made) ?? { name };
}
