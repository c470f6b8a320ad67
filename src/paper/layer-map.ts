/** Layers that an experiment of a paper looks into. */
interface LookedInto {
  /** Depth of the paper's network. */
  readonly depth: number;
  readonly layers: readonly number[];
  /** By depth, those that stand in their place in a shallower network, in the same order. */
  readonly inPlace: Readonly<Record<number, readonly number[]>>;
}

/** By experiment. Pipelines record these layers, and views read them as the paper's. */
export type LayerMap = Readonly<Record<string, LookedInto>>;

/**
 * Lists the layers to record in a network of this depth; where nothing is said of it, those of the shallowest, which all
 * have.
 */
export function layersAt({ depth: papers, layers, inPlace }: LookedInto, depth: number): readonly number[] {
  if (depth === papers) return layers;
  const [shallowest] = Object.values(inPlace);
  return inPlace[depth] ?? shallowest ?? layers;
}
