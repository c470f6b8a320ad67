import { UserError } from "../core/errors.ts";
import type { Activation, Step } from "../core/live.ts";
import { refusalOf } from "../core/refusal.ts";
import type { Setting } from "../core/setting.ts";
import type { Site } from "../core/types.ts";

/** Numbered layers, from 1: all of them, or these. */
export type Layers = "all" | readonly number[];

/**
 * Checks that the network has these layers.
 *
 * @throws {UserError} when it has not: `moments: no layer 20; this network has 16`.
 */
export function checkLayers(who: string, layers: Layers, step: Pick<Setting, "layers">): void {
  if (layers === "all") return;
  if (layers.length === 0) throw new UserError(`${who}: layers is empty; name some`);
  const count = step.layers.length;
  for (const layer of layers) {
    if (Number.isInteger(layer) && layer >= 1 && layer <= count) continue;
    throw new UserError(`${who}: no layer ${layer}; this network has ${count}`);
  }
}

/**
 * Checks that the network has these layers, and they the site.
 *
 * @throws {UserError} when it has not, or no layer has the site.
 */
export function checkSites(who: string, layers: Layers, site: Site, { layers: there }: Pick<Setting, "layers">): void {
  checkLayers(who, layers, { layers: there });
  if (layers === "all" && !there.some(({ sites }) => sites.includes(site))) {
    throw new UserError(`${who}: no layer of this network has a site ${site}`);
  }
  for (const { layer, name, sites } of there) {
    if (layers === "all" || !layers.includes(layer) || sites.includes(site)) continue;
    throw new UserError(`${who}: layer ${layer} (${name}) has no site ${site}, only ${sites.join(", ")}`);
  }
}

/** Returns a probe's `fits`, which checks that the network has the layers and the site. */
export function fitsSites(who: string, layers: Layers, site: Site): (setting: Setting) => string | undefined {
  return (setting) => refusalOf(() => checkSites(who, layers, site, setting));
}

/**
 * Returns the activations of a step at one site of the chosen layers, in order of computation.
 *
 * @throws {UserError} when the network does not have them.
 */
export function selectActivations(who: string, step: Step, layers: Layers, site: Site): readonly Activation[] {
  checkSites(who, layers, site, step);
  return step.activations.filter((a) => a.site === site && (layers === "all" || layers.includes(a.layer)));
}
