import type { Scalar } from "@tensorflow/tfjs";
import type { Params, State } from "./params.ts";

/**
 * A term of the objective that depends on the parameters alone. Its functions also accept a subset of the parameters.
 */
export interface Penalty {
  /** Coefficient λ of λ/2·‖θ‖². */
  readonly coefficient: number;
  /** Tells whether the parameter of this name is penalized. Default: all are. */
  readonly includes?: (name: string) => boolean;
  /** Computes the penalty. */
  value(params: Params): Scalar;
  /** Adds the penalty's gradient to `grads`, those of the data loss. */
  addGradient(grads: Params, params: Params): Params;
}

/** Result of one optimizer step. */
export interface Update {
  readonly params: Params;
  readonly state: State;
  /** Learning rate that made this update, not negative; becomes `step.learningRate`. */
  readonly learningRate: number;
}

/** A pair of pure functions, called inside a tensor scope, which disposes of intermediate tensors. */
export interface Optimizer {
  readonly name: string;
  /** Options it was made with, as plain values, for the record. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Weight penalty. Default: none. */
  readonly penalty?: Penalty;
  /** Makes the initial state; the caller owns the tensors. */
  init(params: Params): State;
  /**
   * Computes the update of `step` (from 0). `grads` are gradients of the whole objective, penalty included. Returns
   * parameters of the same names and shapes, and the learning rate it used; what varies follows from the step or the
   * state.
   */
  update(params: Params, grads: Params, state: State, step: number): Update;
}
