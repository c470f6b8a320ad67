import type { Scalar, Tensor } from "@tensorflow/tfjs-core";
import type { LayerInfo, Tap } from "./network.ts";
import type { Penalty } from "./optimizer.ts";
import type { Params, State } from "./params.ts";
import type { Key } from "./random.ts";
import type { ProbeCosts } from "./probe-costs.ts";
import type { SteeredValue, StepSteering } from "./steering.ts";
import type { Batch, LabelledExamples, Site } from "./types.ts";

/**
 * The live half: these carry tensors that the emitter owns. Read them inside the push that brings them; a later read
 * throws an error that says so.
 */

/** Values of one layer at one site in one step, lent by their emitter: read them inside the push that brings them. */
export interface Activation {
  /** Step, from 0. */
  readonly step: number;
  /** Number of the layer, from 1. */
  readonly layer: number;
  /** Place in the layer. */
  readonly site: Site;
  /** Random key of this place at this step, the same each time the step is evaluated. */
  readonly key: Key;
  /**
   * Values that steer this step, for operators with options that change:
   * `steering.at("clip", "bound", bound$, wanted)`.
   */
  readonly steering: StepSteering;
  /** Values, `[size, ...units]`. */
  readonly value: Tensor;
}

/**
 * Gradient of the objective with respect to one parameter, at the parameters before the update; lent by its emitter:
 * read it inside the push that brings it.
 */
export interface Gradient {
  /** Step, from 0. */
  readonly step: number;
  /** Number of the layer, from 1. */
  readonly layer: number;
  /** Name of the parameter: `layer3/kernel`. */
  readonly name: string;
  /** Gradient, of the parameter's shape. */
  readonly value: Tensor;
}

/** Value of the objective at some parameters: the data loss, plus a penalty on the parameters. */
export interface Objective {
  /** Data loss. */
  readonly loss: Scalar;
  /** Weight penalty λ/2·‖θ‖²; undefined without weight decay. */
  readonly penalty: Scalar | undefined;
}

/** A data loss with its gradients. */
export interface LossAndGradients {
  /** Data loss. */
  readonly loss: Scalar;
  /** Its gradients, by the names of the parameters. */
  readonly grads: Params;
}

/** Tensors that several probes of one step use. */
export type Shared = Readonly<Record<string, Tensor | Params | undefined>>;

/** Options of `step.pass`. */
export interface PassOptions {
  /** Input of layer `from`. Default: the examples of the batch. */
  readonly input?: Tensor;
  /** First layer of the pass. Default 1. */
  readonly from?: number;
  /** Last layer of the pass. Default: the last of the network. */
  readonly to?: number;
  /**
   * Number of batches that `input` holds, one after another, each with batch statistics and noise of its own. Default
   * 1.
   */
  readonly batchCount?: number;
  /**
   * Range of the batch's examples, from the first up to but not including the second, as a batch of their own, which is
   * drawn the noise of the batch's first examples. Default: all.
   */
  readonly range?: readonly [from: number, to: number];
  /** Other examples, of the same shape. Default: the batch's. */
  readonly examples?: LabelledExamples;
  /**
   * Receives every activation after the activations operator; the pass continues with what it returns. Default: none.
   */
  readonly tap?: Tap;
  /** Whether the activations operator takes part. Default true. */
  readonly intervene?: boolean;
}

/**
 * One optimizer step, pushed after the update is computed and before it is taken over. Its tensors are lent by `train`:
 * read them inside the push; a later read throws an error.
 */
export interface Step extends Objective {
  /** Number of the step, from 0. */
  readonly step: number;
  /** Minibatch, as plain values. */
  readonly batch: Batch;
  /** Numbered layers of the network. */
  readonly layers: readonly LayerInfo[];
  /** Learning rate of the update. */
  readonly learningRate: number;
  /** Values of the Observables that steered this step. Default: none did. */
  readonly steered?: readonly SteeredValue[];
  /** Costs of the probes of this training's session. */
  readonly costs: ProbeCosts;
  /** Random key of this training, the same at every step: fold a name and the step into it. */
  readonly key: Key;
  /** Outputs of the training pass, `[size, classes]`. */
  readonly logits: Tensor;
  /** Parameters before the update, by name. */
  readonly params: Params;
  /** Gradients of the whole objective at `params`, by name. */
  readonly grads: Params;
  /** Parameters after the update, by name. */
  readonly next: Params;
  /** Diagonal of the matrix P that the update's average of gradients was divided by; undefined where there is none. */
  readonly preconditioner?: Params | undefined;
  /** Running statistics before and after the step. */
  readonly states: {
    /** Before the step. */
    readonly before: State;
    /** After it. */
    readonly after: State;
  };
  /** Title of the loss, or `custom`. */
  readonly lossName: string;
  /** Batch reduction of the loss, `mean` or `sum`; undefined for another. */
  readonly lossReduction: "mean" | "sum" | undefined;
  /** Applies the activations operator, started afresh, to a value at a place; undefined without an operator. */
  readonly intervention: ((layer: number, site: Site, value: Tensor) => Tensor) | undefined;
  /** Weight penalty as a function of parameters; undefined without weight decay. */
  readonly penaltyTerm: Penalty | undefined;
  /** Number of microbatches that the batch was computed in, one after the other; mostly 1. */
  readonly microbatches: number;
  /**
   * Every activation of the training pass after the activations operator, in order of computation. Of several microbatches
   * those of the first.
   */
  readonly activations: readonly Activation[];
  /**
   * Computes the logits of `count` other examples in evaluation mode, with `params` and running statistics, `[count,
   * classes]`. The activations operator is left out; with `intervene` it starts afresh and meets the keys of this step.
   * The caller's tensor scope owns the result. Costs one forward pass.
   *
   * @throws {UserError} when `examples` has not `count` times the values of an example.
   */
  predict(examples: Float32Array, count: number, options?: { readonly intervene?: boolean }): Tensor;
  /**
   * Computes the network's outputs for this batch at other parameters, in training mode (batch statistics) and through
   * the activations operator, started afresh, with this step's keys: the noise is that of training. Training does not
   * change. The caller's tensor scope owns the result. Costs one forward pass.
   *
   * @throws {UserError} where the batch was computed in microbatches, for a pass that begins or ends between layers or looks
   * at activations.
   */
  pass(params: Params, options?: PassOptions): Tensor;
  /** Computes the data loss of the outputs of a pass, with `batchCount` the sum over the batches. */
  lossOf(outputs: Tensor, options?: Pick<PassOptions, "batchCount" | "range" | "examples">): Scalar;
  /**
   * Computes the data loss of `pass` and its gradients at other parameters, of microbatches one after the other. The
   * caller's tensor scope owns the tensors. Costs one forward and one backward pass.
   */
  lossAndGradients(params: Params, options?: Pick<PassOptions, "range" | "examples" | "intervene">): LossAndGradients;
  /**
   * Makes tensors once per step and name, and keeps them until the step is over: for probes that need the same pass.
   */
  share<T extends Shared>(name: string, make: () => T): T;
  /**
   * Reads tensors back as numbers, at once or, on backends that read late (WebGPU), after the push, all requests of a
   * step in one transfer and in order. `fail` is called instead when the step turns out to have diverged. The tensors
   * may be disposed of when this returns.
   */
  read(
    tensors: readonly Tensor[],
    receive: (values: readonly Float32Array[]) => void,
    fail?: (error: unknown) => void,
  ): void;
}
