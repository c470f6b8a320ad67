import type { Tensor } from "@tensorflow/tfjs";
import type { LayerInfo, Network } from "../core/network.ts";
import type { Params } from "../core/params.ts";
import { fold } from "../core/random.ts";
import { SITES } from "../core/types.ts";
import type { Layer, Normalization } from "./layer.ts";

/**
 * A numbered layer: a linear map, then (unless it is the last) the place of normalization and a non-linearity, then
 * whatever carries no number (pooling, flattening).
 */
export interface Block {
  readonly linear: Layer;
  /** Absent: the site `norm` is still there, and shows what a normalization would have met. */
  readonly norm?: Normalization | undefined;
  /** Absent: this layer gives the network's output and has no site `norm`. */
  readonly nonlinearity?: Layer | undefined;
  readonly then?: readonly Layer[];
}

/** A feed-forward network of numbered layers. */
export function layered(name: string, described: readonly Block[]): Network {
  const blocks = described.map((block) => ({
    ...block,
    linear: block.norm?.reparametrize?.(block.linear) ?? block.linear,
  }));
  const layers: LayerInfo[] = blocks.map((block, i) => ({
    layer: i + 1,
    name: block.linear.name,
    sites: block.nonlinearity ? SITES : ["linear", "output"],
    parts: told(block).map(({ name }) => name),
    settings: told(block).map(({ name, options }) => ({ name, ...options })),
  }));
  return {
    name,
    layers,
    init: (key, shape) => {
      const params: Record<string, Tensor> = {};
      const state: Record<string, Tensor> = {};
      blocks.forEach((block, i) => {
        for (const part of parts(block)) {
          const initial = part.init(fold(key, i + 1, part.name), shape);
          Object.assign(params, prefixed(i, initial.params));
          Object.assign(state, prefixed(i, initial.state));
          shape = initial.shape;
        }
      });
      return { params, state };
    },
    apply: (params, state, examples, { mode, tap, groups, from = 1, to = blocks.length }) => {
      const next: Record<string, Tensor> = {};
      let x = examples;
      blocks.forEach((block, i) => {
        if (i + 1 < from || i + 1 > to) return;
        const own = { params: scoped(i, params), state: scoped(i, state) };
        const through = (part: Layer): Tensor => {
          const [y, after] = part.apply(own.params, own.state, x, mode, groups);
          if (part === block.norm) Object.assign(next, prefixed(i, after));
          return y;
        };
        x = tap(i + 1, "linear", through(block.linear));
        if (block.nonlinearity) {
          if (block.norm) x = through(block.norm);
          x = tap(i + 1, "norm", x);
          x = through(block.nonlinearity);
        }
        x = tap(i + 1, "output", x);
        for (const part of block.then ?? []) x = through(part);
      });
      return { logits: x, state: mode === "train" ? next : state };
    },
  };
}

function parts({ linear, norm, nonlinearity, then = [] }: Block): Layer[] {
  return [linear, norm, nonlinearity, ...then].filter((part) => part !== undefined);
}

/** The parts of a layer as they are told, what several were made one taken apart. */
const told = (block: Block): Layer[] => parts(block).flatMap((part) => part.made ?? [part]);

function prefixed(index: number, values: Params): Params {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`layer${index + 1}/${name}`, value]));
}

function scoped(index: number, values: Params): Params {
  const prefix = `layer${index + 1}/`;
  return Object.fromEntries(
    Object.entries(values)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), value]),
  );
}
