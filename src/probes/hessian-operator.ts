import * as tf from "@tensorflow/tfjs-core";
import type { Tensor1D } from "@tensorflow/tfjs-core";
import { UserError } from "../core/errors.ts";
import type { Step } from "../core/live.ts";
import { layerOf, mapParams, type Params } from "../core/params.ts";
import { linearize, type Linearization } from "../core/tangents/linearize.ts";
import type { LabelledExamples } from "../core/types.ts";
import { toVector, fromVector } from "../core/vectors.ts";
import { evaluate } from "./objective.ts";

/** The Hessian H of an objective at the step's parameters, or a diagonal block of it, as a product. */
export interface HessianOperator {
  /** Number of parameters: the length of the vectors. */
  readonly size: number;
  /** Gradient of the objective with respect to them. */
  readonly gradient: Tensor1D;
  /** Computes H v. The caller owns the tensor. */
  readonly product: (v: Tensor1D) => Tensor1D;
  /** Whether an operation on the way read numbers of tensors; what it made of them counts as constant. */
  readonly leaks: boolean;
  readonly dispose: () => void;
}

/** Options of `hessianOperator`. */
interface HessianOperatorOptions {
  /**
   * Examples in chunks: the objective over all of them, each chunk with batch statistics of its own. Default: the
   * step's batch.
   */
  readonly examples?: readonly LabelledExamples[] | undefined;
  /** Layer whose diagonal block to take. Default: the whole Hessian. */
  readonly layer?: number | undefined;
}

/**
 * Makes the exact Hessian of the piecewise smooth objective at the step's parameters (core/tangents).
 *
 * Costs about two forward and backward passes per product on one batch, whose passes are kept, and three over several
 * chunks, whose passes are made again for each product.
 *
 * @throws {NotDifferentiableError} naming the kernel whose derivative is not known.
 */
export function hessianOperator(step: Step, { examples, layer }: HessianOperatorOptions = {}): HessianOperator {
  const { params } = step;
  const chosen = Object.fromEntries(
    Object.entries(params).filter(([name]) => layer === undefined || layerOf(name) === layer),
  );
  const size = Object.values(chosen).reduce((sum, value) => sum + value.size, 0);
  const parts = partsOf(step, examples);
  const kept = parts.length === 1 ? linearize(parts[0]!.gradients, params) : undefined;
  let leaks = kept?.leaks ?? false;
  const pick = (all: Params): Tensor1D => toVector(mapParams(chosen, (_value, name) => all[name]!));
  const overParts = (of: (linear: Linearization) => Params): Tensor1D => {
    if (kept) return tf.tidy(() => pick(of(kept)));
    return parts.reduce<Tensor1D>(
      (sum, { weight, gradients }) =>
        tf.tidy(() => {
          const linear = linearize(gradients, params);
          try {
            leaks ||= linear.leaks;
            return tf.add(sum, tf.mul(pick(of(linear)), weight));
          } finally {
            linear.dispose();
          }
        }),
      tf.zeros([size]),
    );
  };
  let gradient: Tensor1D;
  try {
    gradient = overParts(({ value }) => value);
  } catch (error) {
    kept?.dispose();
    throw error;
  }
  return {
    size,
    gradient,
    product: (v) => overParts((linear) => linear.product(fromVector(v, chosen))),
    get leaks() {
      return leaks;
    },
    dispose: () => kept?.dispose(),
  };
}

/** Returns functions whose weighted sum is the gradient of the objective. */
function partsOf(step: Step, examples: readonly LabelledExamples[] | undefined) {
  const { params, penaltyTerm, lossReduction } = step;
  if (!examples) return [{ weight: 1, gradients: () => evaluate(step, params).grads }];
  if (examples.length === 1)
    return [{ weight: 1, gradients: () => evaluate(step, params, { examples: examples[0]! }).grads }];
  if (lossReduction === undefined)
    throw new UserError("a loss that does not say its reduction cannot be taken over several chunks of examples");
  const total = examples.reduce((sum, { size }) => sum + size, 0);
  const data = examples.map((chunk) => ({
    weight: lossReduction === "sum" ? 1 : chunk.size / total,
    gradients: () => step.lossAndGradients(params, { examples: chunk }).grads,
  }));
  const penalty = penaltyTerm && {
    weight: 1,
    gradients: () => penaltyTerm.addGradient(mapParams(params, tf.zerosLike), params),
  };
  return penalty ? [...data, penalty] : data;
}
