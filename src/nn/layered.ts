import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { UserError } from "../core/errors.ts";
import type { LayerInfo, Network } from "../core/network.ts";
import { checkOptions, isRecord, required, shown, type Wanted } from "../core/options.ts";
import { fold, rootKey } from "../core/random.ts";
import { SITES } from "../core/types.ts";
import type { Layer, Normalization } from "./layer.ts";
import { drawParts, ownOf, putState, told, type Drawn, type Owner, type LayerPart } from "./owners.ts";

/**
 * One numbered layer: a linear map, then (unless it is the last) an optional normalization and a non-linearity, then
 * layers without a number.
 */
export interface Block {
  /** Linear map, such as `dense({ units: 10 })`. */
  readonly linear: Layer;
  /** Normalization. Without one the site `norm` shows the output of the linear map. */
  readonly norm?: Normalization | undefined;
  /** Non-linearity. Without one the layer has no site `norm`. */
  readonly nonlinearity?: Layer | undefined;
  /** Layers without a number behind it, such as pooling and flattening. Default: none. */
  readonly then?: readonly Layer[];
}

/**
 * Makes a feed-forward network of numbered layers. Every part of a layer has tensors of its own, `layer1/kernel`; where
 * two parts would share a name, the second has its place before it, `layer1/then1/kernel`. State likewise.
 *
 * @throws {UserError} when `described` is not a list of blocks, and for a normalization without a non-linearity behind
 * it.
 *
 * @example
 * ```ts
 * import { batchNorm, conv, dense, flatten, layered, maxPool, relu, rootKey } from "gradstream";
 *
 * const network = layered("small", [
 *   { linear: conv({ filters: 4, bias: false }), norm: batchNorm(), nonlinearity: relu(), then: [maxPool(), flatten()] },
 *   { linear: dense({ units: 10 }) },
 * ]);
 * const { params } = network.init(rootKey(0), [8, 8, 3]);
 * console.log(Object.keys(params).join(" ")); // layer1/kernel layer1/scale layer1/shift layer2/kernel layer2/bias
 * ```
 */
export function layered(name: string, described: readonly Block[]): Network {
  checkBlocks(described);
  const blocks = described.map((block, i) => ({ ...block, parts: partsOf(block, i + 1) }));
  const layers: LayerInfo[] = blocks.map(({ nonlinearity, parts }, i) => ({
    layer: i + 1,
    name: parts[0]!.layer.name,
    sites: nonlinearity ? SITES : ["linear", "output"],
    parts: parts.map(({ layer }) => layer.name),
    settings: parts
      .flatMap(({ layer }) => layer.made ?? [layer])
      .map(({ name: part, options }) => ({ name: part, ...options })),
  }));
  // Which names are whose follows from the parts and a shape alone.
  const known = blocks.map(() => new Map<string, readonly Owner[]>());
  const draw = (i: number, key: Parameters<Network["init"]>[0], shape: readonly number[]): Drawn => {
    const made = drawParts(i + 1, blocks[i]!.parts, fold(key, i + 1), shape);
    known[i]!.set(shape.join(), made.owners);
    return made;
  };
  const ownersOf = (i: number, shape: readonly number[]): readonly Owner[] => {
    if (!known[i]!.has(shape.join())) tf.tidy(() => void draw(i, rootKey(0), shape));
    return known[i]!.get(shape.join())!;
  };
  return {
    name,
    layers,
    init: (key, shape) =>
      tf.tidy(() => {
        const made = { params: {}, state: {} };
        for (let i = 0; i < blocks.length; i++) {
          const { params, state, shape: out } = draw(i, key, shape);
          Object.assign(made.params, params);
          Object.assign(made.state, state);
          shape = out;
        }
        return made;
      }),
    apply: (params, state, examples, { mode, tap, batchCount, from = 1, to = blocks.length }) => {
      const next: Record<string, Tensor> = { ...state };
      let x = examples;
      for (let i = from - 1; i < to; i++) {
        const { norm, nonlinearity } = blocks[i]!;
        const owners = [...ownersOf(i, x.shape.slice(1))];
        const through = (): Tensor => {
          const owner = owners.shift()!;
          const own = [ownOf(owner, owner.params, params), ownOf(owner, owner.state, state)] as const;
          const [y, after] = told(i + 1, () => owner.layer.apply(...own, x, mode, batchCount));
          if (mode === "train") putState(i + 1, owner, after, next);
          return y;
        };
        x = tap(i + 1, "linear", through());
        if (nonlinearity) {
          if (norm) x = through();
          x = tap(i + 1, "norm", x);
          x = through();
        }
        x = tap(i + 1, "output", x);
        while (owners.length > 0) x = through();
      }
      return { logits: x, state: mode === "train" ? next : state };
    },
  };
}

function checkBlocks(blocks: unknown): void {
  if (!Array.isArray(blocks) || blocks.length === 0) {
    throw new UserError(
      `layered: needs a list of layers such as [{ linear: dense({ units: 10 }) }], not ${shown(blocks)}`,
    );
  }
  const layer: Wanted = {
    what: "a layer, such as dense({ units: 10 }) or relu()",
    accepts: (value) => isRecord(value) && typeof value["init"] === "function" && typeof value["apply"] === "function",
  };
  const then: Wanted = {
    what: "a list of layers",
    accepts: (value) => Array.isArray(value) && value.every(layer.accepts),
  };
  blocks.forEach((block: Block, i) =>
    checkOptions<Block>(`layered: layer ${i + 1}`, block, {
      linear: required(layer),
      norm: layer,
      nonlinearity: layer,
      then,
    }),
  );
}

function partsOf({ linear, norm, nonlinearity, then = [] }: Block, number: number): readonly LayerPart[] {
  if (norm && !nonlinearity) {
    throw new UserError(`layered: layer ${number} has a norm and no nonlinearity behind it; give it identity()`);
  }
  const own = { linear: norm?.reparametrize?.(linear) ?? linear, norm, nonlinearity };
  const named = Object.entries(own).flatMap(([place, layer]) => (layer ? [{ place, layer }] : []));
  return [...named, ...then.map((layer, i) => ({ place: `then${i + 1}`, layer }))];
}
