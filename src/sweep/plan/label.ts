import type { Hyper } from "../../core/types.ts";

/** Lists the hyper-parameters in which some of these differ. */
export function differing(all: readonly Hyper[]): readonly string[] {
  const keys = new Set(all.flatMap(Object.keys));
  return [...keys].filter((key) => all.some((hyper) => hyper[key] !== all[0]![key]));
}

/** Writes hyper-parameters for people: `learningRate=0.1 width=16`. */
export const settingsLabel = (hyper: Hyper, keys: readonly string[]): string =>
  keys.map((key) => `${key}=${hyper[key]}`).join(" ");
