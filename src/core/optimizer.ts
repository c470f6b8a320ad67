import type { Scalar } from "@tensorflow/tfjs-core";
import type { StepSteering } from "./steering.ts";
import type { Params, State } from "./params.ts";

/**
 * A term of the objective that depends on the parameters alone. Its functions also accept a subset of the parameters.
 */
export interface Penalty {
  /** Coefficient λ of the penalty λ/2·‖θ‖². */
  readonly coefficient: number;
  /** Returns whether the parameter of this name is penalized. Default: all are. */
  readonly includes?: (name: string) => boolean;
  /** Computes the penalty. */
  value(params: Params): Scalar;
  /** Returns `grads`, those of the data loss, plus the gradient of the penalty. */
  addGradient(grads: Params, params: Params): Params;
}

/** Result of one optimizer step. */
export interface Update {
  /** Parameters after the step, of the same names and shapes. */
  readonly params: Params;
  /** State of the optimizer after the step. */
  readonly state: State;
  /** Learning rate of the update, not negative; becomes `step.learningRate`. */
  readonly learningRate: number;
  /**
   * Diagonal of the matrix P by which the update divides a moving average m of gradients, θ' = θ - learningRate · P⁻¹m, by
   * the names of the parameters; what is not named does not move. Default: none, P is the identity.
   */
  readonly preconditioner?: Params | undefined;
}

/** A pair of pure functions, called inside a tensor scope, which disposes of intermediate tensors. */
export interface Optimizer {
  /** Name, for records. */
  readonly name: string;
  /** Options as plain values, for records. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Weight penalty. Default: none. */
  readonly penalty?: Penalty;
  /**
   * Returns parameters whose gradient, on the same batch with the same noise, makes the update instead of the one at
   * `params` (`sam`). `grads` are gradients of the loss alone, and so are those that are computed there; the penalty's are
   * added at `params`. Costs a gradient more. Default: none.
   */
  ascend?(params: Params, grads: Params, step: number): Params;
  /** Makes the initial state. The caller owns the tensors. */
  init(params: Params): State;
  /**
   * Computes the update of `step` (from 0). `grads` are gradients of the whole objective, penalty included. Whatever
   * varies follows from the step, the state or what steers the step, which a training hands in.
   */
  update(params: Params, grads: Params, state: State, step: number, steering?: StepSteering): Update;
}
