import * as tf from "@tensorflow/tfjs";
import type { Scalar, Tensor1D } from "@tensorflow/tfjs";
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import type { OperatorFunction } from "rxjs";
import { UserError } from "../core/errors.ts";
import type { Step } from "../core/live.ts";
import { fold, normal } from "../core/random.ts";
import type { Schedule } from "../core/schedule.ts";
import type { Reading, Recorded } from "../core/types.ts";
import { squaredNorm, sumInBlocks } from "../core/vectors.ts";
import { probe } from "../operators/probe.ts";
import { checkRelativeStep } from "./curvature.ts";
import { hessianVectorProduct } from "./hessian-vector.ts";

export interface HessianOptions {
  /** How many of the largest eigenvalues. */
  readonly eigenvalues?: number;
  /** Lanczos steps, each a Hessian-vector product. */
  readonly iterations?: number;
  /** Length of the finite difference's step, as a part of ‖θ‖. */
  readonly relativeStep?: number;
  readonly when?: Schedule | undefined;
}

/**
 * The largest eigenvalues of the Hessian of the objective on this batch, by Lanczos iteration with full
 * reorthogonalization from a random start: `eigenvalue`, and `residual` ‖H v - λ v‖, with the rank (from 1) as `unit`;
 * `iterations`, the Hessian-vector products spent (fewer than asked when the Krylov space ends early); and
 * `edge_of_stability` = 2 / learning rate, to which the largest rises in full-batch training (Cohen et al. 2021). Costs
 * two forward and backward passes an iteration and one vector of parameters each, so give it a schedule.
 */
export function hessian({
  eigenvalues = 1,
  iterations = 20,
  relativeStep = 1e-3,
  when,
}: HessianOptions = {}): OperatorFunction<Step, Recorded> {
  for (const [name, value] of Object.entries({ eigenvalues, iterations })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new UserError(`hessian: ${name} must be a whole number from 1 up, not ${value}`);
    }
  }
  if (eigenvalues > iterations) throw new UserError(`hessian: ${eigenvalues} eigenvalues need as many iterations`);
  checkRelativeStep("hessian", relativeStep);
  return probe({
    name: "hessian",
    when,
    measure: (step) => [
      {
        tensor: lanczos(step, iterations, relativeStep),
        records: (values: Float32Array) => records(step, ritz(values, eigenvalues)),
      },
    ],
  });
}

/** The tridiagonal matrix as `[diagonal, off-diagonal]` rows; the last off-diagonal is what remains. */
function lanczos(step: Step, most: number, relativeStep: number): tf.Tensor {
  const size = Object.values(step.params).reduce((sum, value) => sum + value.size, 0);
  const start = tf.tensor1d(normal(fold(step.key, "lanczos", step.step), size));
  const basis: Tensor1D[] = [unitOf(start)];
  const [alphas, betas]: [Scalar[], Scalar[]] = [[], []];
  for (let i = 0; i < Math.min(most, size); i++) {
    const v = basis[i]!;
    const [rest, alpha, beta] = tf.tidy(() => {
      let w = hessianVectorProduct(step, v, relativeStep);
      const along = sumInBlocks(tf.mul(v, w));
      // Twice is enough (Parlett): what one orthogonalization leaves by rounding, the second takes.
      for (let pass = 0; pass < 2; pass++) {
        for (const u of basis) w = tf.sub(w, tf.mul(u, sumInBlocks(tf.mul(u, w))));
      }
      return [w, along, tf.sqrt(squaredNorm(w))] as [Tensor1D, Scalar, Scalar];
    });
    alphas.push(alpha);
    betas.push(beta);
    basis.push(tf.div(rest, tf.maximum(beta, 1e-30)));
  }
  return tf.stack([tf.stack(alphas), tf.stack(betas)]);
}

const unitOf = (vector: Tensor1D): Tensor1D => tf.div(vector, tf.sqrt(squaredNorm(vector)));

interface Ritz {
  readonly values: readonly number[];
  readonly residuals: readonly number[];
  readonly iterations: number;
}

/** Eigenvalues of the tridiagonal matrix, largest first, with the residuals |β_k s_k| of their Ritz vectors. */
export function ritz(rows: ArrayLike<number>, count: number): Ritz {
  const asked = rows.length / 2;
  const largest = Math.max(...Array.from(rows, Math.abs));
  // An off-diagonal at the level of the differences' error ends the Krylov space: what follows is noise.
  let size = 1;
  while (size < asked && rows[asked + size - 1]! > 1e-3 * largest) size += 1;
  const matrix = Matrix.zeros(size, size);
  for (let i = 0; i < size; i++) {
    matrix.set(i, i, rows[i]!);
    if (i + 1 === size) break;
    matrix.set(i, i + 1, rows[asked + i]!);
    matrix.set(i + 1, i, rows[asked + i]!);
  }
  if (!Number.isFinite(largest)) return { values: [NaN], residuals: [NaN], iterations: size };
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, { assumeSymmetric: true });
  const order = realEigenvalues.map((_, i) => i).sort((a, b) => realEigenvalues[b]! - realEigenvalues[a]!);
  const last = rows[asked + size - 1]!;
  const chosen = order.slice(0, count);
  return {
    values: chosen.map((i) => realEigenvalues[i]!),
    residuals: chosen.map((i) => Math.abs(last * eigenvectorMatrix.get(size - 1, i))),
    iterations: size,
  };
}

function records({ step, learningRate }: Step, { values, residuals, iterations }: Ritz): Reading[] {
  const reading = (stat: string, value: number, unit?: number): Reading => ({
    kind: "reading",
    step,
    probe: "hessian",
    stat,
    ...(unit === undefined ? {} : { unit }),
    value,
  });
  return [
    ...values.flatMap((value, i) => [reading("eigenvalue", value, i + 1), reading("residual", residuals[i]!, i + 1)]),
    reading("iterations", iterations),
    reading("edge_of_stability", 2 / learningRate),
  ];
}
