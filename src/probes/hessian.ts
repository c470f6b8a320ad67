import * as tf from "@tensorflow/tfjs-core";
import type { OperatorFunction } from "rxjs";
import { UserError } from "../core/errors.ts";
import type { Step } from "../core/live.ts";
import * as option from "../core/options.ts";
import { layerOf } from "../core/params.ts";
import { fold, normal } from "../core/random.ts";
import { refusalOf } from "../core/refusal.ts";
import type { Schedule } from "../core/schedule.ts";
import type { Recorded } from "../core/types.ts";
import { toVector } from "../core/vectors.ts";
import { probe } from "../operators/probe.ts";
import type { Layers } from "../operators/select-layers.ts";
import { inLayer, stats } from "../operators/stats.ts";
import {
  blocksOf,
  checkBlocks,
  checkCurvatureData,
  curvatureData,
  describedData,
  eachOperator,
  estimate,
  ExactnessNotice,
  type CurvatureData,
} from "./curvature-data.ts";
import { lanczos, type LanczosRun } from "./lanczos.ts";
import { ritzPairs, type Projection } from "./projection.ts";

/** Options of `hessian`. */
export interface HessianOptions extends CurvatureData {
  /** Number of largest eigenvalues, each as often as it occurs. Default 1. */
  readonly eigenvalues?: number;
  /** Largest number of Hessian-vector products. Default 20 per eigenvalue. */
  readonly iterations?: number;
  /** Residual, as a fraction of the largest eigenvalue, at which the iteration ends. Default 0.001. */
  readonly tolerance?: number;
  /**
   * Whether P⁻¹H is measured instead of H, with the optimizer's preconditioner P. Readings are those of a probe
   * `preconditioned_hessian` then. Default `false`.
   */
  readonly preconditioned?: boolean;
  /** Layers whose diagonal blocks are measured. Default: the whole Hessian. */
  readonly layers?: Layers | undefined;
  /** Steps at which to measure. Default every step. */
  readonly when?: Schedule | undefined;
}

/**
 * Measures the largest eigenvalues λ of the Hessian of the objective, by block Lanczos iteration with full
 * orthogonalization; the block is as wide as the number of eigenvalues.
 *
 * Records, for the network or per layer, with the rank (from 1) as `unit`:
 * - `eigenvalue`: λ;
 * - `residual`: ‖H u - λ u‖ of its vector u;
 * - `eigenvalue_standard_error`: with `batches` only, over which the others are means.
 *
 * Records once:
 * - `iterations`: products used;
 * - `asymmetry`: ‖T - T'‖ / ‖T‖ of the projected matrix T; above rounding where the gradient is not that of a function,
 *   as after a straight-through operator;
 * - `exact`: 1, or 0 where an operation on the way cannot be differentiated twice, with an event;
 * - `edge_of_stability`: 2 / learning rate, to which the largest eigenvalue rises in full-batch training (Cohen et al.
 *   2021); not with `preconditioned`, where it depends on the optimizer: with Adam (2 + 2β₁) / (1 - β₁) / learning rate
 *   (Cohen et al. 2022).
 *
 * Preconditioned it iterates P^(-1/2) H P^(-1/2), which has the eigenvalues of P⁻¹H: `residual` and `asymmetry` are its own.
 * `adam` and `adamW` have a P; of other optimizers P is the identity.
 *
 * H is the exact Hessian of the piecewise smooth function that the network is at the parameters.
 *
 * Costs about two forward and backward passes per product (three over several chunks of examples), and memory for one
 * vector of parameters per product; give it a schedule. On WebGPU all products are used.
 *
 * Requires the chosen layers to exist.
 *
 * @throws {UserError} for an option that is not one, for fewer iterations than eigenvalues, and for `examples` and
 * `batches` together.
 *
 * @example
 * ```ts
 * import { take } from "rxjs";
 * import { batches, hessian, mlp, rootKey, sgd, shapes10, train } from "gradstream";
 *
 * await batches(shapes10({ train: 64, test: 0 }).train, { size: 32, key: rootKey(0) })
 *   .pipe(
 *     take(1),
 *     train(mlp({ hidden: [8] }), sgd({ learningRate: 0.1 }), { seed: 0 }),
 *     hessian({ eigenvalues: 2, iterations: 10 }),
 *   )
 *   .forEach((record) => console.log(record)); // { …, stat: "eigenvalue", unit: 1, value: … } …
 * ```
 */
export function hessian(options: HessianOptions = {}): OperatorFunction<Step, Recorded> {
  option.checkOptions<HessianOptions>("hessian", options, {
    eigenvalues: option.whole(1),
    iterations: option.whole(1),
    tolerance: option.from(0),
    preconditioned: option.flag,
    ...curvatureData,
    layers: option.layers,
    when: option.schedule,
  });
  const { eigenvalues = 1, iterations = 20 * eigenvalues, tolerance = 1e-3, layers, when } = options;
  const { preconditioned = false } = options;
  if (eigenvalues > iterations) throw new UserError(`hessian: ${eigenvalues} eigenvalues need as many iterations`);
  checkCurvatureData("hessian", options);
  return probe({
    name: preconditioned ? "preconditioned_hessian" : "hessian",
    when,
    options: {
      eigenvalues,
      iterations,
      tolerance,
      ...(preconditioned && { preconditioned }),
      ...(layers && { layers }),
      ...describedData(options),
    },
    fits: (setting) => refusalOf(() => checkBlocks("hessian", layers, setting)),
    open: () => {
      const notice = new ExactnessNotice("hessian");
      const measure = (step: Step) => {
        const edge = preconditioned ? [] : stats({ edge_of_stability: 2 / step.learningRate });
        const enough = (projection: Projection): boolean =>
          projection.products >= eigenvalues && isConverged(projection, eigenvalues, tolerance);
        const spectrum = (layer: number | undefined) => {
          const { results: runs, leaks } = eachOperator("hessian", step, { ...options, layer }, ({ size, product }) =>
            tidied(() =>
              lanczos(preconditioned ? betweenRoots(product, step, layer) : product, {
                size,
                block: eigenvalues,
                products: iterations,
                enough,
                draw: (i) => tf.tensor1d(normal(fold(step.key, "lanczos", step.step, i), size)),
              }),
            ),
          );
          const records = (values: readonly Float32Array[]) => [
            ...summary(
              runs.map((run, i) => run.projectionOf(values[i]!)),
              { eigenvalues, layer, isMean: options.batches !== undefined },
            ),
            ...stats({ exact: leaks ? 0 : 1 }, inLayer(layer)),
          ];
          return [{ tensors: runs.map(({ tensor }) => tensor), records }, ...notice.leaked(step, leaks)];
        };
        const blocks = blocksOf(step, layers);
        const unknown = () =>
          blocks.flatMap((layer) => [
            ...stats({ eigenvalue: NaN }, { ...inLayer(layer), unit: 1 }),
            ...stats({ exact: 0 }, inLayer(layer)),
          ]);
        return [...notice.attempt(step, () => blocks.flatMap(spectrum), unknown), { tensors: [], records: () => edge }];
      };
      return { measure, ...notice.memory };
    },
  });
}

/** Returns v ↦ P^(-1/2) H P^(-1/2) v, which has the eigenvalues of P⁻¹H and is symmetric. */
function betweenRoots(product: (v: tf.Tensor1D) => tf.Tensor1D, step: Step, layer: number | undefined) {
  const { preconditioner, params } = step;
  if (preconditioner === undefined) return product;
  const chosen = Object.entries(params).filter(([name]) => layer === undefined || layerOf(name) === layer);
  const roots = chosen.map(([name, value]) => {
    const diagonal = preconditioner[name];
    return [name, diagonal ? tf.rsqrt(diagonal) : tf.zerosLike(value)] as const;
  });
  const root = toVector(Object.fromEntries(roots));
  return (v: tf.Tensor1D): tf.Tensor1D => tf.tidy(() => tf.mul(root, product(tf.mul(root, v))));
}

/** Runs a function in a tensor scope that gives what holds tensors among other things. */
export const tidied = (f: () => LanczosRun): LanczosRun => tf.tidy(f as never) as unknown as LanczosRun;

function isConverged(projection: Projection, count: number, tolerance: number): boolean {
  const pairs = ritzPairs(projection);
  const largest = Math.max(...pairs.map(({ value }) => Math.abs(value)));
  return pairs.slice(0, count).every(({ residual }) => residual <= tolerance * largest);
}

interface HessianSummary {
  readonly eigenvalues: number;
  readonly layer: number | undefined;
  readonly isMean: boolean;
}

function summary(projections: readonly Projection[], { eigenvalues, layer, isMean }: HessianSummary) {
  const spectra = projections.map((projection) => ritzPairs(projection));
  const ranks = Math.min(eigenvalues, ...spectra.map(({ length }) => length));
  const mean = (of: (projection: Projection) => number) => estimate(projections.map(of)).mean;
  return [
    ...Array.from({ length: ranks }, (_, rank) => {
      const { mean: eigenvalue, standardError } = estimate(spectra.map((pairs) => pairs[rank]!.value));
      const residual = estimate(spectra.map((pairs) => pairs[rank]!.residual)).mean;
      const spread = isMean && { eigenvalue_standard_error: standardError };
      return stats({ eigenvalue, ...spread, residual }, { ...inLayer(layer), unit: rank + 1 });
    }).flat(),
    ...stats(
      { iterations: mean(({ products }) => products), asymmetry: mean(({ asymmetry }) => asymmetry) },
      inLayer(layer),
    ),
  ];
}
