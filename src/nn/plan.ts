import { UserError } from "../core/errors.ts";
import type { LayerInfo } from "../core/network.ts";
import { SITES, type Site } from "../core/types.ts";
import type { Block } from "./block.ts";
import type { Layer } from "./layer.ts";
import { isResidual, type Residual } from "./residual.ts";
import type { Move } from "./stack.ts";

/** A part of a numbered layer, with its place (`before1`, `linear`, `norm`, `nonlinearity`, `then1`, `shortcut`). */
export interface LayerPart {
  readonly place: string;
  readonly layer: Layer;
}

/** What is done in a numbered layer: a part is applied, a site shown, or values fork, swap and join. */
export type Act = LayerPart | Site | Move;

/** A numbered layer: what is done in it, in order. */
export interface NumberedLayer {
  readonly info: LayerInfo;
  readonly acts: readonly Act[];
  /** Number of residuals that it stands inside of, when its input arrives. */
  readonly depth: number;
}

/** Tells whether an act applies a part. */
export const isPart = (act: Act): act is LayerPart => typeof act !== "string";

/** A numbered layer that is being planned. */
interface Draft {
  readonly linear: Layer;
  readonly sites: readonly Site[];
  readonly acts: Act[];
  readonly depth: number;
}

/**
 * Numbers the layers of a network, those inside of residuals too, in the order in which they are computed: a residual's
 * branch, then its shortcut.
 */
export function numberedLayers(described: readonly (Block | Residual)[]): readonly NumberedLayer[] {
  const drafts: Draft[] = [];
  const forks: Move[] = [];
  let depth = 0;
  const add = (block: Block): void => {
    const acts = [...forks.splice(0), ...actsOf(block, drafts.length + 1)];
    const sites: readonly Site[] = block.nonlinearity ? SITES : ["linear", "output"];
    drafts.push({ linear: acts.filter(isPart).find(({ place }) => place === "linear")!.layer, sites, acts, depth });
    depth += acts.filter((act) => act === "fork").length;
  };
  const addResidual = ({ branch, shortcut, then }: Residual): void => {
    forks.push("fork");
    addAll(branch);
    const last = (): Act[] => drafts.at(-1)!.acts;
    if (shortcut) last().push("swap");
    if (shortcut && "linear" in shortcut) add(shortcut);
    else if (shortcut) last().push({ place: placeOf(last(), "shortcut"), layer: shortcut });
    last().push("join");
    depth -= 1;
    for (const layer of then) last().push({ place: placeOf(last(), "then"), layer });
  };
  const addAll = (some: readonly (Block | Residual)[]): void =>
    some.forEach((one) => (isResidual(one) ? addResidual(one) : add(one)));
  addAll(described);
  return drafts.map(({ linear, sites, acts, depth: around }, i) => {
    const parts = acts.filter(isPart).map(({ layer }) => layer);
    const info = {
      layer: i + 1,
      name: linear.name,
      sites,
      parts: acts.flatMap((act) => (isPart(act) ? act.layer.name : act === "join" ? "sum" : [])),
      settings: parts.flatMap((layer) => layer.made ?? [layer]).map(({ name, options }) => ({ name, ...options })),
    };
    return { info, acts, depth: around };
  });
}

function actsOf({ before = [], linear, norm, nonlinearity, then = [] }: Block, number: number): readonly Act[] {
  if (norm && !nonlinearity) {
    throw new UserError(`layered: layer ${number} has a norm but no nonlinearity after it; add identity()`);
  }
  const numbered = (name: string, layers: readonly Layer[]): Act[] =>
    layers.map((layer, i) => ({ place: `${name}${i + 1}`, layer }));
  const own = norm?.reparametrize?.(linear) ?? linear;
  return [
    ...numbered("before", before),
    { place: "linear", layer: own },
    "linear",
    ...(norm ? [{ place: "norm", layer: norm }] : []),
    ...(nonlinearity ? ["norm" as const, { place: "nonlinearity", layer: nonlinearity }] : []),
    "output",
    ...numbered("then", then),
  ];
}

/** Returns the next free place of a name: `then2`. */
function placeOf(acts: readonly Act[], name: string): string {
  return `${name}${acts.filter((act) => isPart(act) && act.place.startsWith(name)).length + 1}`;
}
