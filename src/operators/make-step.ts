import * as tf from "@tensorflow/tfjs-core";
import type { Scalar, Tensor } from "@tensorflow/tfjs-core";
import { checkExampleCount } from "../core/check-examples.ts";
import type { Activation, Shared, Step } from "../core/live.ts";
import type { Params, State } from "../core/params.ts";
import type { ProbeCosts } from "../core/probe-costs.ts";
import type { Batch } from "../core/types.ts";
import type { Elsewhere } from "./elsewhere.ts";
import { openInline } from "./inline.ts";
import { lendActivations, type Lending } from "./lend-activations.ts";
import type { PassResult } from "./objective.ts";
import type { ReadBack } from "./read-back.ts";
import type { TrainerOptions } from "./trainer-options.ts";

/** An update with all that it was computed from. */
interface Computed extends Omit<PassResult, "grads"> {
  readonly batch: Batch;
  readonly microbatches: number;
  /** What evaluates the batch at other parameters. */
  readonly there: Elsewhere;
  readonly params: Params;
  readonly before: State;
  readonly next: Params;
  readonly preconditioner: Params | undefined;
  readonly learningRate: number;
  /** Gradients of loss plus penalty. */
  readonly grads: Params;
  readonly activations: readonly Activation[];
}

/** Scope in which the tensors of a step live. */
interface StepScope {
  readonly lending: Lending;
  /** Keeps a tensor until the step is over. */
  readonly keep: <T extends Tensor>(tensor: T) => T;
  readonly readBack: ReadBack;
  readonly costs: ProbeCosts;
}

/** Makes a live step of a computed update. Its tensors are lent for the length of the push. */
export function makeStep(options: TrainerOptions, computed: Computed, scope: StepScope): Step {
  const { network, optimizer, loss: lossFunction, activations: operator, key } = options;
  const { batch, params, before, next, preconditioner, grads, state, loss, logits, microbatches, there } = computed;
  const { lending, keep, readBack, costs } = scope;
  const { penalty } = optimizer;
  let penaltyValue: Scalar | undefined;
  const borrowed = {
    loss,
    logits,
    params,
    grads,
    next,
    preconditioner,
    penaltyTerm: penalty,
    states: { before, after: state },
    ...there,
    share: sharing(keep),
    get penalty() {
      return (penaltyValue ??= penalty && keep(penalty.value(params)));
    },
    predict: (values: Float32Array, count: number, { intervene = false } = {}) => {
      checkExampleCount(values, count, batch.shape);
      const fresh = intervene && operator ? openInline(operator) : undefined;
      try {
        return tf.tidy(() => {
          const x = tf.tensor(values, [count, ...batch.shape]);
          return network.apply(params, before, x, { mode: "evaluate", tap: lendActivations(lending, fresh) }).logits;
        });
      } finally {
        fresh?.close();
      }
    },
    read: readBack.read.bind(readBack),
  };
  const plain = {
    step: batch.step,
    batch,
    key,
    costs,
    microbatches,
    layers: network.layers,
    learningRate: computed.learningRate,
    steered: lending.steering.values,
    lossName: lossFunction.title ?? "custom",
    lossReduction: lossFunction.reduction,
    activations: computed.activations,
  };
  return lending.lifetime.lend(`step ${batch.step}`, plain, borrowed);
}

/** Makes `share` of one step: tensors made under a name are made once, and kept. */
function sharing(keep: (tensor: Tensor) => void) {
  const shared = new Map<string, unknown>();
  return <T extends Shared>(name: string, make: () => T): T => {
    if (!shared.has(name)) {
      tf.tidy(() => {
        const made = make();
        for (const tensor of tensorsIn(made)) keep(tensor);
        shared.set(name, made);
      });
    }
    return shared.get(name) as T;
  };
}

const tensorsIn = (shared: Shared): Tensor[] =>
  Object.values(shared).flatMap((value) =>
    value === undefined ? [] : value instanceof tf.Tensor ? [value] : Object.values(value),
  );
