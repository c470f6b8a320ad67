import type { Scalar, Tensor } from "@tensorflow/tfjs";
import type { LayerInfo, Tap } from "./network.ts";
import type { Penalty } from "./optimizer.ts";
import type { Params, State } from "./params.ts";
import type { Key } from "./random.ts";
import type { Session } from "./session.ts";
import type { Batch, LabelledExamples, Site } from "./types.ts";

/**
 * The live half: these carry tensors that the emitter owns. Read them inside the push that brings them; a later read
 * throws an error that says so.
 */

/** What one layer gives at one site, `[size, ...units]`. */
export interface Activation {
  readonly step: number;
  readonly layer: number;
  readonly site: Site;
  /** Randomness of this place at this step: the same key each time this step is evaluated. */
  readonly key: Key;
  readonly value: Tensor;
}

/** The gradient of the objective with respect to one parameter tensor, at the parameters before the update. */
export interface Gradient {
  readonly step: number;
  readonly layer: number;
  /** `layer3/kernel`. */
  readonly name: string;
  readonly value: Tensor;
}

/** What the objective is at some parameters: the data loss, and the penalty on the parameters alone. */
export interface Objective {
  readonly loss: Scalar;
  /** Undefined when the optimizer has no weight decay. */
  readonly penalty: Scalar | undefined;
}

/** Tensors that probes of one step use together. */
export type Shared = Readonly<Record<string, Tensor | Params | undefined>>;

/** A pass over this step's batch, or part of it. */
export interface PassOptions {
  /** What enters layer `from`; default the examples of the batch. */
  readonly input?: Tensor;
  readonly from?: number;
  readonly to?: number;
  /** `input` is so many batches one after another. */
  readonly groups?: number;
  /** Only these examples of the batch, as a batch of their own: from the first to before the second. */
  readonly examples?: readonly [from: number, to: number];
  /** These examples, of the shape of the batch's, as a batch in its place. */
  readonly of?: LabelledExamples;
  /** Sees every activation, as the activations operator left it, and may put another in its place. */
  readonly tap?: Tap;
  /** Default true; false leaves the activations operator out. */
  readonly intervene?: boolean;
}

/** One optimizer step: everything known when `params` have met `batch` and `next` is computed. */
export interface Step extends Objective {
  /** From 0. */
  readonly step: number;
  readonly batch: Batch;
  readonly layers: readonly LayerInfo[];
  readonly learningRate: number;
  /** Of which trainings and probes this one is part: who looks on, and what measuring costs. */
  readonly session: Session;
  /** Randomness of this training, the same at every step: fold a name and the step into it. */
  readonly key: Key;
  /** `[size, classes]`. */
  readonly logits: Tensor;
  readonly params: Params;
  /** Gradients of the whole objective at `params`. */
  readonly grads: Params;
  /** Parameters after the update. */
  readonly next: Params;
  /** Running statistics before and after the step. */
  readonly states: { readonly before: State; readonly after: State };
  readonly lossName: string;
  /** How the loss joins the examples; undefined where the loss does not say. */
  readonly lossReduction: "mean" | "sum" | undefined;
  /** What the activations operator, started afresh, makes of a value at a place; undefined where there is none. */
  readonly intervention: ((layer: number, site: Site, value: Tensor) => Tensor) | undefined;
  /** The weight penalty as a function of parameters; undefined without weight decay. */
  readonly penaltyTerm: Penalty | undefined;
  /** Every activation of the training pass, in order of computation, as it left the activations operator. */
  readonly activations: readonly Activation[];
  /**
   * Logits of other examples (`count` of them, plain values) in evaluation mode: `params` and running statistics. The
   * activations operator is left out unless `intervene` asks for it; then it starts afresh (its state is not that of
   * training) and meets the keys of this step. Owned by the scope that calls.
   */
  predict(examples: Float32Array, count: number, options?: { readonly intervene?: boolean }): Tensor;
  /**
   * What the network makes of this batch elsewhere in weight space: in training mode (batch statistics), through the
   * activations operator started afresh and met with this step's keys, so with the very noise of training. Nothing of
   * training changes. Owned by the scope that calls.
   */
  pass(params: Params, options?: PassOptions): Tensor;
  /** The data loss of what a pass gave; with `groups`, the sum of theirs. */
  lossOf(outputs: Tensor, options?: Pick<PassOptions, "groups" | "examples" | "of">): Scalar;
  /** Makes something once per step and keeps its tensors until the step is over: for probes that need the same pass. */
  share<T extends Shared>(name: string, make: () => T): T;
  /**
   * Reads tensors back as numbers and hands them over: at once on backends that read synchronously; on others after the
   * push, everything a step reads in one transfer, in the order asked for. Then `fail` hears instead if the step turns
   * out to have diverged. The tensors may be let go when this returns.
   */
  read(
    tensors: readonly Tensor[],
    receive: (values: readonly Float32Array[]) => void,
    fail?: (error: unknown) => void,
  ): void;
}
