import * as tf from "@tensorflow/tfjs-core";
import type { OperatorFunction } from "rxjs";
import type { Step } from "../core/live.ts";
import * as option from "../core/options.ts";
import type { Schedule } from "../core/schedule.ts";
import type { Recorded } from "../core/types.ts";
import { norm, sumInBlocks } from "../core/vectors.ts";
import { probe } from "../operators/probe.ts";
import { stats } from "../operators/stats.ts";
import {
  checkCurvatureData,
  curvatureData,
  describedData,
  eachOperator,
  estimate,
  ExactnessNotice,
  type CurvatureData,
} from "./curvature-data.ts";

/** Options of `curvature`. */
export interface CurvatureOptions extends CurvatureData {
  /** Steps at which to measure. Default every step. */
  readonly when?: Schedule | undefined;
}

/**
 * Measures the curvature of the objective along its gradient g.
 *
 * Records:
 * - `directional_curvature`: g'Hg / g'g, the limit of beta for small distances, at most the largest eigenvalue of H;
 * - `standard_error` of it, with `batches` only (batch sharpness: Andreyev and Beneventano 2024);
 * - `exact`: 1, or 0 where an operation on the way cannot be differentiated twice, with an event;
 * - `edge_of_stability`: 2 / learning rate, above which a step along g overshoots (Cohen et al. 2021).
 *
 * H is the exact Hessian of the piecewise smooth function that the network is at the parameters: kinks of ReLU and
 * max-pooling are not crossed.
 *
 * Costs three forward and backward passes per batch.
 *
 * @throws {UserError} for an option that is not one, and for `examples` and `batches` together.
 *
 * @example
 * ```ts
 * import { take } from "rxjs";
 * import { batches, curvature, mlp, rootKey, sgd, shapes10, train } from "gradstream";
 *
 * await batches(shapes10({ train: 64, test: 0 }).train, { size: 32, key: rootKey(0) })
 *   .pipe(take(1), train(mlp({ hidden: [8] }), sgd({ learningRate: 0.1 }), { seed: 0 }), curvature())
 *   .forEach((record) => console.log(record)); // { …, stat: "directional_curvature", value: … } …
 * ```
 */
export function curvature(options: CurvatureOptions = {}): OperatorFunction<Step, Recorded> {
  option.checkOptions<CurvatureOptions>("curvature", options, { ...curvatureData, when: option.schedule });
  checkCurvatureData("curvature", options);
  return probe({
    name: "curvature",
    when: options.when,
    options: describedData(options),
    open: () => {
      const notice = new ExactnessNotice("curvature");
      const measure = (step: Step) => {
        const edge = { edge_of_stability: 2 / step.learningRate };
        const exactly = () => {
          const { results, leaks } = eachOperator("curvature", step, options, ({ gradient, product }) =>
            tf.tidy(() => {
              const unit = tf.div<tf.Tensor1D>(gradient, norm(gradient));
              return sumInBlocks(tf.mul(unit, product(unit)));
            }),
          );
          const records = (values: readonly Float32Array[]) => {
            const { mean, standardError } = estimate(values.map(([value]) => value!));
            return stats({
              directional_curvature: mean,
              ...(options.batches && { standard_error: standardError }),
              exact: leaks ? 0 : 1,
              ...edge,
            });
          };
          return [{ tensors: results, records }, ...notice.leaked(step, leaks)];
        };
        return notice.attempt(step, exactly, () => stats({ directional_curvature: NaN, exact: 0, ...edge }));
      };
      return { measure, ...notice.memory };
    },
  });
}
