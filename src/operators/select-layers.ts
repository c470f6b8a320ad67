import { UserError } from "../core/errors.ts";
import type { Activation, Step } from "../core/live.ts";
import type { Site } from "../core/types.ts";

/** Which numbered layers: all of them, or these. */
export type Layers = "all" | readonly number[];

/** @throws UserError `moments: no layer 20; this network has 16`. */
export function checkLayers(who: string, layers: Layers, step: Pick<Step, "layers">): void {
  if (layers === "all") return;
  const count = step.layers.length;
  for (const layer of layers) {
    if (Number.isInteger(layer) && layer >= 1 && layer <= count) continue;
    throw new UserError(`${who}: no layer ${layer}; this network has ${count}`);
  }
}

/** The activations of a step at one site of the chosen layers, in order of computation. */
export function selectActivations(who: string, step: Step, layers: Layers, site: Site): readonly Activation[] {
  checkLayers(who, layers, step);
  for (const info of step.layers) {
    if (layers === "all" || !layers.includes(info.layer) || info.sites.includes(site)) continue;
    throw new UserError(
      `${who}: layer ${info.layer} (${info.name}) has no site ${site}, only ${info.sites.join(", ")}`,
    );
  }
  return step.activations.filter((a) => a.site === site && (layers === "all" || layers.includes(a.layer)));
}
