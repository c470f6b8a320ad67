import { dispose, type Tensor } from "@tensorflow/tfjs-core";
import type { Params } from "../params.ts";
import { record, type DataId, type RecordedCall } from "./record.ts";
import { TangentProgram } from "./program.ts";

/** An operation between the parameters and the result has no known derivative. */
export class NotDifferentiableError extends Error {
  override readonly name = "NotDifferentiableError";
}

/** A function of parameters at one point: its value, and its Jacobian as a product with directions. */
export interface Linearization {
  /** Value of the function; owned by the scope in which `linearize` was called. */
  readonly value: Params;
  /**
   * Whether the function read the numbers of a tensor on the way (`dataSync`); what it made of them counts as a
   * constant.
   */
  readonly leaks: boolean;
  /**
   * Computes the Jacobian times `direction`: how each value moves when the parameters move so. Missing entries are
   * zero.
   */
  product(direction: Params): Params;
  /** Disposes of the values that were kept. */
  dispose(): void;
}

/**
 * Evaluates `f` at `params` and keeps what its exact directional derivatives need. Where `f` takes a gradient, they are
 * those of the gradient: Hessian-vector products, forward over reverse (Pearlmutter 1994), with the masks and winners of
 * piecewise linear kernels as they are at `params`. Kinks are not crossed, and no step size is chosen.
 *
 * Keeps the values of the forward and the backward pass; a product costs about two of the passes that `f` makes.
 *
 * @throws {NotDifferentiableError} naming the kernel whose derivative is not known.
 */
export function linearize(f: () => Params, params: Params): Linearization {
  let value!: Params;
  const { calls, values, leaks } = record(Object.values(params), () => (value = f()));
  try {
    const wanted = new Set<DataId>(Object.values(value).map(({ dataId }) => dataId));
    const kept: RecordedCall[] = [];
    for (const call of calls.reverse()) {
      if (!call.outputs.some(({ id }) => wanted.has(id))) continue;
      if (!call.rule) throw new NotDifferentiableError(`no derivative is known of the kernel ${call.kernel}`);
      kept.push(call);
      for (const { id } of call.inputs.values()) wanted.add(id);
    }
    kept.reverse();
    release(values, kept);
    const program = new TangentProgram(kept, values);
    return {
      value,
      leaks,
      product: (direction) => program.run(params, direction, value),
      dispose: () => program.dispose(),
    };
  } catch (error) {
    dispose([...values.values()]);
    throw error;
  }
}

/** Disposes of values that no remaining call reads. */
function release(values: Map<DataId, Tensor>, calls: readonly RecordedCall[]): void {
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
