import * as tf from "@tensorflow/tfjs-core";
import type { Scalar, Tensor1D } from "@tensorflow/tfjs-core";
import type { OperatorFunction } from "rxjs";
import type { Step } from "../core/live.ts";
import * as option from "../core/options.ts";
import { fold, signs } from "../core/random.ts";
import { refusalOf } from "../core/refusal.ts";
import type { Schedule } from "../core/schedule.ts";
import type { Recorded } from "../core/types.ts";
import { sumInBlocks } from "../core/vectors.ts";
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
  type Estimate,
} from "./curvature-data.ts";
import type { HessianOperator } from "./hessian-operator.ts";
import { orthonormalized } from "./lanczos.ts";

/** Options of `hessianTrace`. */
export interface HessianTraceOptions extends CurvatureData {
  /** Hessian-vector products: a third each for the sketch, its range and the remainder. Default 30. */
  readonly iterations?: number;
  /** Layers whose diagonal blocks are measured. Default: the whole Hessian. */
  readonly layers?: Layers | undefined;
  /** Steps at which to measure. Default every step. */
  readonly when?: Schedule | undefined;
}

/**
 * Estimates the trace of the Hessian of the objective by Hutch++: exactly on the range of a random sketch, with
 * Rademacher vectors on the remainder.
 *
 * Records, for the network or per layer:
 * - `trace`;
 * - `standard_error`: over the Rademacher vectors, or over `batches`; 0 where the sketch spans the whole space;
 * - `exact`: 1, or 0 where an operation on the way cannot be differentiated twice, with an event.
 *
 * Costs about two forward and backward passes per product (three over several chunks of examples); give it a schedule.
 *
 * Requires the chosen layers to exist.
 *
 * Source: Meyer, Musco, Musco and Woodruff 2021, "Hutch++: Optimal Stochastic Trace Estimation".
 *
 * @throws {UserError} for an option that is not one, and for `examples` and `batches` together.
 */
export function hessianTrace(options: HessianTraceOptions = {}): OperatorFunction<Step, Recorded> {
  option.checkOptions<HessianTraceOptions>("hessianTrace", options, {
    iterations: option.whole(1),
    ...curvatureData,
    layers: option.layers,
    when: option.schedule,
  });
  const { iterations = 30, layers, when } = options;
  checkCurvatureData("hessianTrace", options);
  const third = Math.max(2, Math.floor(iterations / 3));
  return probe({
    name: "hessian_trace",
    when,
    options: { iterations, ...(layers && { layers }), ...describedData(options) },
    fits: (setting) => refusalOf(() => checkBlocks("hessianTrace", layers, setting)),
    open: () => {
      const notice = new ExactnessNotice("hessianTrace");
      const measure = (step: Step) => {
        const blocks = blocksOf(step, layers);
        const traceOf = (layer: number | undefined) => {
          const { results, leaks } = eachOperator("hessianTrace", step, { ...options, layer }, (operator) =>
            tf.tidy(() => tf.stack(hutch(operator, third, step))),
          );
          const records = (values: readonly Float32Array[]) => {
            const each = values.map(([sketched, ...rest]) => traceFrom(sketched!, rest));
            const { mean, standardError } = options.batches ? estimate(each.map(({ mean }) => mean)) : each[0]!;
            return stats({ trace: mean, standard_error: standardError, exact: leaks ? 0 : 1 }, inLayer(layer));
          };
          return [{ tensors: results, records }, ...notice.leaked(step, leaks)];
        };
        const unknown = () => blocks.flatMap((layer) => stats({ trace: NaN, exact: 0 }, inLayer(layer)));
        return notice.attempt(step, () => blocks.flatMap(traceOf), unknown);
      };
      return { measure, ...notice.memory };
    },
  });
}

/**
 * Computes the trace on the range of a sketch of `third` products, and v'Hv for each of `third` vectors v of the
 * remainder.
 */
function hutch({ size, product }: HessianOperator, third: number, { key, step }: Step): Scalar[] {
  const draw = (name: string, i: number): Tensor1D => tf.tensor1d(signs(fold(key, "trace", name, step, i), size));
  const along = (v: Tensor1D): Scalar => tf.tidy(() => sumInBlocks(tf.mul(v, product(v))));
  const basis: Tensor1D[] = [];
  for (let i = 0; i < Math.min(third, size); i++) {
    const start = size <= third ? unitVector(i, size) : tf.tidy(() => product(draw("sketch", i)));
    basis.push(orthonormalized(start, basis));
  }
  const sketched = tf.addN(basis.map(along));
  if (basis.length === size) return [sketched];
  const rest = Array.from({ length: third }, (_, i) =>
    tf.tidy(() => {
      const remaining = basis.reduce(
        (v, u) => tf.sub<Tensor1D>(v, tf.mul(u, sumInBlocks(tf.mul(u, v)))),
        draw("rest", i),
      );
      return along(remaining);
    }),
  );
  return [sketched, ...rest];
}

const unitVector = (i: number, size: number): Tensor1D =>
  tf.tensor1d(Float32Array.from({ length: size }, (_, at) => (at === i ? 1 : 0)));

function traceFrom(sketched: number, rest: readonly number[]): Estimate {
  if (rest.length === 0) return { mean: sketched, standardError: 0 };
  const { mean, standardError } = estimate(rest);
  return { mean: sketched + mean, standardError };
}
