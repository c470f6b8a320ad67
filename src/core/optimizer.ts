import type { Scalar } from "@tensorflow/tfjs";
import type { Params, State } from "./params.ts";

/** A term of the objective that depends on the parameters alone. Its functions also take a part of the parameters. */
export interface Penalty {
  /** Of half the sum of squares. */
  readonly coefficient: number;
  /** Whether it is on the parameter of this name; absent: it is on all. */
  readonly includes?: (name: string) => boolean;
  value(params: Params): Scalar;
  /** `grads` of the data loss -> gradients of loss plus penalty. */
  addGradient(grads: Params, params: Params): Params;
}

/** What an optimizer makes of a step. */
export interface Update {
  readonly params: Params;
  readonly state: State;
  /** The learning rate that made this update, from 0 up; `step.learningRate` is it. */
  readonly learningRate: number;
}

/** A pair of pure functions; called inside a tensor scope, so intermediate tensors need no care. */
export interface Optimizer {
  readonly name: string;
  /** What it was made with, in plain values, for the record. */
  readonly options?: Readonly<Record<string, unknown>>;
  readonly penalty?: Penalty;
  /** Fresh state; the caller owns the tensors. */
  init(params: Params): State;
  /**
   * Makes the update of `step` (from 0). `grads` are gradients of the whole objective, penalty included. Gives tensors of
   * the names and shapes that came, and the learning rate that it used: what varies is a function of the step, or state.
   */
  update(params: Params, grads: Params, state: State, step: number): Update;
}
