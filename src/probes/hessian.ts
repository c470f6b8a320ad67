import * as tf from "@tensorflow/tfjs";
import type { OperatorFunction } from "rxjs";
import { UserError } from "../core/errors.ts";
import type { Step } from "../core/live.ts";
import * as option from "../core/options.ts";
import { fold, normal } from "../core/random.ts";
import { refusalOf } from "../core/refusal.ts";
import type { Schedule } from "../core/schedule.ts";
import type { Recorded } from "../core/types.ts";
import { probe } from "../operators/probe.ts";
import { checkLayers, type Layers } from "../operators/select-layers.ts";
import { inLayer, stats } from "../operators/stats.ts";
import {
  blocksOf,
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

export interface HessianOptions extends CurvatureData {
  /** How many of the largest eigenvalues, multiple ones counted as often as they are. */
  readonly eigenvalues?: number;
  /** The most Hessian-vector products to spend; default 20 for each eigenvalue. */
  readonly iterations?: number;
  /** Residual, as a part of the largest eigenvalue, at which it ends earlier. */
  readonly tolerance?: number;
  /** Of the diagonal block of each of these layers instead of the whole Hessian. */
  readonly layers?: Layers | undefined;
  readonly when?: Schedule | undefined;
}

/**
 * The largest eigenvalues of the Hessian of the objective, exactly that of the piecewise smooth function that the network
 * is at the parameters, by block Lanczos iteration with full orthogonalization, the block as wide as eigenvalues are
 * asked for: `eigenvalue`, and `residual` ‖H u - λ u‖, with the rank (from 1) as `unit`; `iterations`, the products spent;
 * `asymmetry` ‖T - T'‖ / ‖T‖ of the projected matrix, above rounding where the gradient is none of any function (a
 * straight-through operator); `exact`, 0 where an operation cannot be differentiated so; and `edge_of_stability` = 2 /
 * learning rate, to which the largest rises in full-batch training (Cohen et al. 2021).
 *
 * Of the step's batch, of a data set (`examples`), or means over `batches` with `eigenvalue_standard_error`. Costs about
 * two forward and backward passes a product (three over several chunks of examples) and one vector of parameters each, so
 * give it a schedule. Where the backend reads late (WebGPU), all products are spent.
 */
export function hessian(options: HessianOptions = {}): OperatorFunction<Step, Recorded> {
  option.checkOptions<HessianOptions>("hessian", options, {
    eigenvalues: option.whole(1),
    iterations: option.whole(1),
    tolerance: option.from(0),
    ...curvatureData,
    layers: option.layers,
    when: option.schedule,
  });
  const { eigenvalues = 1, iterations = 20 * eigenvalues, tolerance = 1e-3, layers, when } = options;
  if (eigenvalues > iterations) throw new UserError(`hessian: ${eigenvalues} eigenvalues need as many iterations`);
  checkCurvatureData("hessian", options);
  return probe({
    name: "hessian",
    when,
    options: { eigenvalues, iterations, tolerance, ...(layers && { layers }), ...describedData(options) },
    fits: (setting) => refusalOf(() => checkLayers("hessian", layers ?? "all", setting)),
    open: () => {
      const notice = new ExactnessNotice("hessian");
      const measure = (step: Step) => {
        const edge = stats({ edge_of_stability: 2 / step.learningRate });
        const enough = (projection: Projection): boolean =>
          projection.products >= eigenvalues && isConverged(projection, eigenvalues, tolerance);
        const spectrum = (layer: number | undefined) => {
          const { results: runs, leaks } = eachOperator("hessian", step, options, layer, ({ size, product }) =>
            tidied(() =>
              lanczos(product, {
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
      return { measure };
    },
  });
}

/** A tensor scope that gives what holds tensors among other things. */
export const tidied = (f: () => LanczosRun): LanczosRun => tf.tidy(f as never) as unknown as LanczosRun;

function isConverged(projection: Projection, count: number, tolerance: number): boolean {
  const pairs = ritzPairs(projection);
  const largest = Math.max(...pairs.map(({ value }) => Math.abs(value)));
  return pairs.slice(0, count).every(({ residual }) => residual <= tolerance * largest);
}

interface Summary {
  readonly eigenvalues: number;
  readonly layer: number | undefined;
  readonly isMean: boolean;
}

function summary(projections: readonly Projection[], { eigenvalues, layer, isMean }: Summary) {
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
