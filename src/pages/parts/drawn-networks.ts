// The networks of runs as they are drawn: arms whose networks look alike share one.

import type { TrainedLayer } from "../../feed/client/index.ts";
import { grouped } from "../../view/grouped.ts";
import { formatWhole } from "../../view/numbers.ts";
import type { Selection } from "./context.ts";
import type { Declared } from "./needs.ts";

/** A network, the arms that train it, and its layers. */
export interface DrawnNetwork {
  readonly name: string;
  readonly arms: readonly string[];
  readonly layers: readonly TrainedLayer[];
}

/** Lists the networks of runs, in the order of their arms; those of which no layer is known are left out. */
export function drawnNetworks(declared: Declared, runs: Selection["runs"]): DrawnNetwork[] {
  const known = runs.flatMap(({ runId }) => declared.get(runId) ?? []).filter(({ layers }) => layers.length > 0);
  return [...grouped(known, ({ network, layers }) => JSON.stringify([network, layers]))].map(([, alike]) => ({
    name: alike[0]!.network,
    arms: [...new Set(alike.map(({ arm }) => arm))],
    layers: alike[0]!.layers,
  }));
}

/** Writes a shape: `8 × 8 × 64`. */
export const shapeText = (shape: readonly number[]): string => (shape.length === 0 ? "a number" : shape.join(" × "));

/** Describes a layer in one line: number, parts, shape of its output, number of its parameters, sites. */
export function layerLine({ layer, parts, shape, parameters, sites }: TrainedLayer): string {
  return [
    `Layer ${layer}: ${parts.join(", ")}`,
    ...(shape === undefined ? [] : [`output ${shapeText(shape)}`]),
    ...(parameters === undefined ? [] : [`${formatWhole(parameters)} parameters`]),
    `sites ${sites.join(", ")}`,
  ].join("; ");
}
