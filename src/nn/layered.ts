import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { UserError } from "../core/errors.ts";
import type { Network } from "../core/network.ts";
import { shown } from "../core/options.ts";
import { fold, rootKey, type Key } from "../core/random.ts";
import { checkBlock, type Block } from "./block.ts";
import { drawParts, ownOf, putState, told, type Drawn, type Owner } from "./owners.ts";
import { isPart, numberedLayers } from "./plan.ts";
import { isResidual, type Residual } from "./residual.ts";
import { afterMove, packed, shapesOf, unpacked, type Stack, type StackShapes } from "./stack.ts";

/** What is known of a numbered layer for inputs of some shapes. */
interface Known {
  readonly owners: readonly Owner[];
  readonly shapes: StackShapes;
}

/**
 * Makes a feed-forward network of numbered layers, some of which may stand inside of residuals. Every part of a layer has
 * tensors of its own, `layer1/kernel`; where two parts would share a name, the second has its place before it,
 * `layer1/then1/kernel`. State likewise.
 *
 * @throws {UserError} when `described` is not a list of blocks and residuals, and for a normalization without a
 * non-linearity after it.
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
export function layered(name: string, described: readonly (Block | Residual)[]): Network {
  checkBlocks(described);
  const plan = numberedLayers(described);
  // Which names are whose follows from the parts and the shapes alone.
  const known = plan.map(() => new Map<string, Known>());
  const draw = (i: number, key: Key, shapes: StackShapes): Drawn => {
    const made = drawParts(i + 1, plan[i]!.acts, fold(key, i + 1), shapes);
    known[i]!.set(JSON.stringify(shapes), { owners: made.owners, shapes });
    return made;
  };
  const ownersOf = (i: number, shapes: StackShapes): readonly Owner[] => {
    const asked = JSON.stringify(shapes);
    if (!known[i]!.has(asked)) tf.tidy(() => void draw(i, rootKey(0), shapes));
    return known[i]!.get(asked)!.owners;
  };
  const stackFor = (i: number, input: Tensor): Stack<Tensor> => {
    if (plan[i]!.depth === 0) return [input];
    return unpacked(
      input,
      i + 1,
      [...known[i]!.values()].map(({ shapes }) => shapes),
    );
  };
  return {
    name,
    layers: plan.map(({ info }) => info),
    init: (key, shape) =>
      tf.tidy(() => {
        const made = { params: {}, state: {} };
        let shapes: StackShapes = [shape];
        for (let i = 0; i < plan.length; i++) {
          const drawn = draw(i, key, shapes);
          Object.assign(made.params, drawn.params);
          Object.assign(made.state, drawn.state);
          shapes = drawn.shapes;
        }
        return made;
      }),
    apply: (params, state, examples, { mode, tap, batchCount, key, from = 1, to = plan.length }) => {
      const next: Record<string, Tensor> = { ...state };
      let stack = stackFor(from - 1, examples);
      for (let i = from - 1; i < to; i++) {
        const owners = ownersOf(i, shapesOf(stack));
        let at = 0;
        for (const act of plan[i]!.acts) {
          const x = stack.at(-1)!;
          if (isPart(act)) {
            const owner = owners[at]!;
            const own = [ownOf(owner, owner.params, params), ownOf(owner, owner.state, state)] as const;
            const draws = key && fold(key, i + 1, at);
            const [y, after] = told(i + 1, () => owner.layer.apply(...own, x, mode, batchCount, draws));
            if (mode === "train") putState(i + 1, owner, after, next);
            stack = [...stack.slice(0, -1), y];
            at += 1;
          } else if (act === "fork" || act === "swap" || act === "join") stack = afterMove(stack, act, tf.add);
          else stack = [...stack.slice(0, -1), tap(i + 1, act, x)];
        }
      }
      const done = to < plan.length ? packed(stack) : stack.at(-1)!;
      return { logits: done, state: mode === "train" ? next : state };
    },
  };
}

function checkBlocks(blocks: unknown): void {
  if (!Array.isArray(blocks) || blocks.length === 0) {
    throw new UserError(
      `layered: needs a list of layers such as [{ linear: dense({ units: 10 }) }], not ${shown(blocks)}`,
    );
  }
  blocks.forEach((block: Block | Residual, i) => isResidual(block) || checkBlock(`layered: layer ${i + 1}`, block));
}
