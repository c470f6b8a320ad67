import { dispose, reshape, tidy, zeros, type Tensor } from "@tensorflow/tfjs";
import type { Params } from "../params.ts";
import { anotherName } from "./another-name.ts";
import { record, type DataId, type Recorded } from "./record.ts";
import type { Call } from "./rule.ts";

/** Something between the parameters and the result has no derivative that is known. */
export class NotDifferentiableError extends Error {
  override readonly name = "NotDifferentiableError";
}

/** A function of parameters at one point: what it gives there, and its Jacobian as a product with directions. */
export interface Linearization {
  /** What the function gave; owned by the scope in which `linearize` was called. */
  readonly value: Params;
  /**
   * Whether something in the function read the numbers of a tensor on the way (`dataSync`): whatever it made of them
   * counts as a constant.
   */
  readonly leaks: boolean;
  /** Jacobian times `direction`: for each value, how it moves when the parameters move so. Missing entries are zero. */
  product(direction: Params): Params;
  /** Lets go of the values that were kept. */
  dispose(): void;
}

/**
 * Evaluates `f` at `params` and keeps what its exact directional derivatives need. Where `f` takes a gradient, they are
 * those of the gradient: Hessian-vector products, forward over reverse (Pearlmutter 1994), with the masks and winners of
 * piecewise linear kernels as they are at `params`. Kinks are not crossed, and no step size is chosen.
 *
 * Keeps the values of the forward and the backward pass; a product costs about two of the passes that `f` makes.
 *
 * @throws NotDifferentiableError naming the kernel whose derivative is not known.
 */
export function linearize(f: () => Params, params: Params): Linearization {
  let value!: Params;
  const { calls, values, leaks } = record(Object.values(params), () => (value = f()));
  try {
    const wanted = new Set<DataId>(Object.values(value).map(({ dataId }) => dataId));
    const kept: Recorded[] = [];
    for (const call of calls.reverse()) {
      if (!call.outputs.some(({ id }) => wanted.has(id))) continue;
      if (!call.rule) throw new NotDifferentiableError(`no derivative is known of the kernel ${call.kernel}`);
      kept.push(call);
      for (const { id } of call.inputs.values()) wanted.add(id);
    }
    kept.reverse();
    release(values, kept);
    const lastUse = lastUses(kept, value);
    return {
      value,
      leaks,
      product: (direction) => push(kept, values, lastUse, { params, direction, value }),
      dispose: () => dispose([...values.values()]),
    };
  } catch (error) {
    dispose([...values.values()]);
    throw error;
  }
}

/** Disposes of values that no remaining call reads. */
function release(values: Map<DataId, Tensor>, calls: readonly Recorded[]): void {
  const read = new Set(
    calls.flatMap(({ rule, inputs, outputs }) =>
      (rule?.reads ? [...inputs.values(), ...outputs] : []).map(({ id }) => id),
    ),
  );
  for (const [id, tensor] of values) {
    if (read.has(id)) continue;
    tensor.dispose();
    values.delete(id);
  }
}

/** For each call, the tangents that nobody asks for after it. */
function lastUses(calls: readonly Recorded[], value: Params): readonly (readonly DataId[])[] {
  const results = new Set<DataId>(Object.values(value).map(({ dataId }) => dataId));
  const seen = new Set<DataId>();
  const last = calls.map(() => [] as DataId[]);
  for (let i = calls.length - 1; i >= 0; i--) {
    const { inputs, outputs } = calls[i]!;
    for (const { id } of [...outputs, ...inputs.values()]) {
      if (seen.has(id)) continue;
      seen.add(id);
      if (!results.has(id)) last[i]!.push(id);
    }
  }
  return last;
}

function push(
  calls: readonly Recorded[],
  values: ReadonlyMap<DataId, Tensor>,
  lastUse: readonly (readonly DataId[])[],
  { params, direction, value }: { readonly params: Params; readonly direction: Params; readonly value: Params },
): Params {
  return tidy(() => {
    const tangents = new Map<DataId, Tensor>();
    for (const [name, { dataId }] of Object.entries(params)) {
      const own = direction[name];
      if (own) tangents.set(dataId, anotherName(own));
    }
    calls.forEach((call, i) => {
      // A rule may hand a tangent on as it is; what it gives has an owner of its own.
      const made = tidy(() =>
        ([call.rule!.push(view(call, values, tangents))].flat() as (Tensor | undefined)[]).map(
          (t) => t && anotherName(t),
        ),
      );
      call.outputs.forEach(({ id }, output) => {
        const tangent = made[output];
        if (tangent) tangents.set(id, tangent);
      });
      for (const id of lastUse[i]!) {
        const tangent = tangents.get(id);
        tangents.delete(id);
        tangent?.dispose();
      }
    });
    const moved = Object.entries(value).map(([name, { dataId, shape }]) => {
      const tangent = tangents.get(dataId);
      return [name, tangent ? reshape(tangent, shape) : zeros(shape)] as const;
    });
    return Object.fromEntries(moved);
  });
}

function view(
  { kernel, attrs, inputs, outputs }: Recorded,
  values: ReadonlyMap<DataId, Tensor>,
  tangents: ReadonlyMap<DataId, Tensor>,
): Call {
  const shaped = (tensor: Tensor, shape: number[]): Tensor =>
    tensor.shape.join() === shape.join() ? tensor : reshape(tensor, shape);
  return {
    kernel,
    attrs,
    names: [...inputs.keys()],
    shapeOf: (name) => inputs.get(name)!.shape,
    shape: outputs[0]!.shape,
    outputCount: outputs.length,
    input: (name) => shaped(values.get(inputs.get(name)!.id)!, inputs.get(name)!.shape),
    output: (index = 0) => shaped(values.get(outputs[index]!.id)!, outputs[index]!.shape),
    tangent: (name) => {
      const slot = inputs.get(name)!;
      const tangent = tangents.get(slot.id);
      return tangent && shaped(tangent, slot.shape);
    },
  };
}
