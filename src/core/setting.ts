import type { LayerInfo } from "./network.ts";
import type { Batch, Site } from "./types.ts";

/** What is known of a training before its first step: by this a probe tells whether it fits. */
export interface Setting {
  readonly layers: readonly LayerInfo[];
  /** Shapes of the parameters, `layer3/kernel` and so on. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  /** How many units a layer shows at a site; undefined where it has no such site, or that is not known yet. */
  readonly unitsOf: (layer: number, site: Site) => number | undefined;
  readonly batch: Pick<Batch, "size" | "shape" | "labels">;
  readonly lossName: string;
  /** Whether the objective has a weight penalty. */
  readonly hasPenalty: boolean;
}
