import type { Scalar } from "@tensorflow/tfjs";
import type { Params, State } from "./params.ts";

/** A term of the objective that depends on the parameters alone. */
export interface Penalty {
  /** Of half the sum of squares. */
  readonly coefficient: number;
  value(params: Params): Scalar;
  /** `grads` of the data loss -> gradients of loss plus penalty. */
  addGradient(grads: Params, params: Params): Params;
}

/** A pair of pure functions; called inside a tensor scope, so intermediate tensors need no care. */
export interface Optimizer {
  readonly name: string;
  readonly learningRate: number;
  /** What it was made with, in plain values, for the record. */
  readonly options?: Readonly<Record<string, unknown>>;
  readonly penalty?: Penalty;
  /** Fresh state; the caller owns the tensors. */
  init(params: Params): State;
  /** `grads` are gradients of the whole objective, penalty included. Returns new tensors throughout. */
  update(params: Params, grads: Params, state: State): { readonly params: Params; readonly state: State };
}
