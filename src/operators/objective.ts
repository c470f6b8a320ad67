import type { Scalar, Tensor } from "@tensorflow/tfjs-core";
import { checkLabels } from "../core/check-examples.ts";
import { UserError } from "../core/errors.ts";
import { valueAndGradients } from "../core/gradients.ts";
import type { Loss } from "../core/losses.ts";
import type { Network, Tap } from "../core/network.ts";
import type { Params, State } from "../core/params.ts";
import type { Key } from "../core/random.ts";
import type { Batch } from "../core/types.ts";

/** Returns the name of an example in errors of `train`. */
export const exampleOf = (index: number): string => `example ${index} of the batch`;

/** Inputs of a training pass. */
interface TrainingPass {
  readonly params: Params;
  readonly state: State;
  readonly examples: Tensor;
  readonly labels: Tensor;
  readonly batch: Batch;
  /** Key of what layers draw. */
  readonly draws: Key;
  readonly tap: Tap;
  /** Called with the outputs of the forward pass, inside the scope that would dispose of them. */
  readonly keep: (tensor: Tensor) => void;
}

/** Result of a training pass: outputs, running statistics, the data loss and its gradients. */
export interface PassResult {
  readonly logits: Tensor;
  readonly state: State;
  readonly loss: Scalar;
  readonly grads: Params;
}

/**
 * Computes the training pass of a batch: forward in training mode, the data loss, and backward.
 *
 * @throws {UserError} when labels are not classes of the network, or the loss gives more than one number.
 */
export function trainingPass(network: Network, loss: Loss, pass: TrainingPass): PassResult {
  const { params, examples, labels, batch, draws, tap, keep } = pass;
  let logits!: Tensor;
  let state!: State;
  const { value, grads } = valueAndGradients(() => {
    ({ logits, state } = network.apply(params, pass.state, examples, { mode: "train", tap, key: draws }));
    for (const tensor of [logits, ...Object.values(state)]) keep(tensor);
    return checkedLoss(loss, logits, labels, batch);
  }, params);
  return { logits, state, loss: value, grads };
}

/**
 * Computes the loss of the outputs.
 *
 * @throws {UserError} when labels are not classes of the network, or the loss gives more than one number.
 */
function checkedLoss(loss: Loss, outputs: Tensor, labels: Tensor, { step, labels: values }: Batch): Scalar {
  if (loss.labels === "classes" && outputs.rank === 2 && values instanceof Int32Array) {
    checkLabels(`train: step ${step}`, values, outputs.shape[1]!, exampleOf);
  }
  const value = loss(outputs, labels);
  if (value.rank === 0) return value;
  throw new UserError(
    `train: the loss gives [${(value as Tensor).shape}], not one number; take the sum or the mean of it`,
  );
}
