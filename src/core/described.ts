import type { NamedOptions } from "./types.ts";

const descriptions = new WeakMap<object, NamedOptions>();

/** Notes the name and options that `made` was made with, for records. */
export function describeAs<T extends object>(made: T, description: NamedOptions): T {
  descriptions.set(made, description);
  return made;
}

/** Tells whether `describeAs` noted something of it. */
export const isDescribed = (made: object): boolean => descriptions.has(made);

/** Returns the name and options noted by `describeAs`, or else the name of the function. */
export function descriptionOf(made: object): NamedOptions {
  const name = typeof made === "function" && made.name !== "" ? made.name : "own";
  return descriptions.get(made) ?? { name };
}
