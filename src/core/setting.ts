import type { LayerInfo } from "./network.ts";
import type { Batch, Site } from "./types.ts";

/** Description of a training before its first step, by which a probe decides whether it fits. */
export interface Setting {
  /** Numbered layers of the network. */
  readonly layers: readonly LayerInfo[];
  /** Shapes of the parameters, by name (`layer3/kernel`). */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  /**
   * Returns the number of units of a layer at a site; undefined where there is no such site, or it is not known yet.
   */
  readonly unitsOf: (layer: number, site: Site) => number | undefined;
  /** First batch: its size, shape and labels. */
  readonly batch: Pick<Batch, "size" | "shape" | "labels">;
  /** Title of the loss, or `custom`. */
  readonly lossName: string;
  /** Whether the objective has a weight penalty. */
  readonly hasPenalty: boolean;
}
