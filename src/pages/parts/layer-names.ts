import type { Selection } from "./context.ts";
import type { Declared } from "./needs.ts";

/** Returns the names of numbered layers, by number: of the first of the runs that each is known of. */
export function layerNames(declared: Declared, runs: Selection["runs"]): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  for (const { runId } of runs) {
    for (const { layer, name } of declared.get(runId)?.layers ?? []) if (!names.has(layer)) names.set(layer, name);
  }
  return names;
}

/** Writes a layer with its name, where that is known: `8 · conv3x3(64)`. */
export function layerText(layer: number, names: ReadonlyMap<number, string>): string {
  const name = names.get(layer);
  return name === undefined ? String(layer) : `${layer} · ${name}`;
}
