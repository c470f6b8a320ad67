import { engine, scalar, type Scalar, type Tensor } from "@tensorflow/tfjs-core";
import type { Params } from "./params.ts";
import "./tfjs-gradients.ts";

/**
 * Computes the value and the gradients of a scalar function of `params`. `f` closes over the tensors of `params` and
 * uses tfjs operations only. The caller owns the results.
 *
 * @throws {Error} naming the parameter that no gradient reaches. What `f` throws leaves no tensor behind.
 */
export function valueAndGradients(f: () => Scalar, params: Params): { value: Scalar; grads: Params } {
  const names = Object.keys(params);
  const { state } = engine();
  const depth = state.gradientDepth;
  let result;
  try {
    const recorded = () => {
      const value = f();
      if (depth === 0) freeOnceUsed();
      return value;
    };
    result = engine().gradients(recorded, Object.values(params), undefined, true);
  } catch (error) {
    if (depth === 0) dropTape();
    throw error;
  }
  const { value, grads } = result;
  const unreached = names.filter((_, i) => grads[i] == null);
  if (unreached.length > 0) {
    value.dispose();
    for (const grad of grads) (grad as typeof grad | undefined)?.dispose();
    throw new Error(
      `no gradient reaches ${unreached.join(", ")}: something between it and the loss leaves the graph ` +
        `(a tensor made from numbers, or an operation without a gradient)`,
    );
  }
  return { value, grads: Object.fromEntries(names.map((name, i) => [name, grads[i]!])) };
}

/**
 * Frees each intermediate gradient as soon as the operation that takes it is done, which the next operation's turn
 * shows; tfjs would hold all of them until the backward pass is over.
 */
function freeOnceUsed(): void {
  const { id: last } = scalar(0);
  let used: Tensor[] = [];
  for (const node of engine().state.activeTape) {
    const { gradient } = node;
    if (!gradient) continue;
    node.gradient = (dys) => {
      for (const tensor of used) tensor.dispose();
      used = dys.filter((dy) => (dy as Tensor | null) && dy.id > last);
      const passed = (dx: Tensor): Tensor => {
        used = used.filter((tensor) => tensor !== dx);
        return dx;
      };
      return Object.fromEntries(Object.entries(gradient(dys)).map(([name, dx]) => [name, () => passed(dx())]));
    };
  }
}

/** Disposes of what the tape of a forward pass that threw had saved; tfjs frees it only on success. */
function dropTape(): void {
  const { state } = engine();
  const tape = state.activeTape as typeof state.activeTape | null;
  for (const node of tape ?? []) for (const tensor of node.saved ?? []) tensor.dispose();
  state.activeTape = null as never;
}
