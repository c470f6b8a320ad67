import * as tf from "@tensorflow/tfjs-core";
import type { Tensor, Tensor2D } from "@tensorflow/tfjs-core";
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import type { OperatorFunction } from "rxjs";
import type { Step } from "../core/live.ts";
import * as option from "../core/options.ts";
import type { Schedule } from "../core/schedule.ts";
import type { Recorded, Site } from "../core/types.ts";
import { probe, type Measured } from "../operators/probe.ts";
import { fitsSites, selectActivations, type Layers } from "../operators/select-layers.ts";

/** Options of `effectiveRank`, `deadUnits` and `orthogonalityGap`. */
export interface RepresentationOptions {
  /** Layers to measure, numbered from 1. Default `all`. */
  readonly layers?: Layers;
  /** Site of the activations. Default `output`, after the non-linearity. */
  readonly site?: Site;
  /** Steps at which to measure. Default every step. */
  readonly when?: Schedule | undefined;
}

const checked = (who: string, options: RepresentationOptions): RepresentationOptions =>
  option.checkOptions<RepresentationOptions>(who, options, {
    layers: option.layers,
    site: option.site,
    when: option.schedule,
  });

const rowsOf = (value: Tensor): Tensor2D => tf.reshape(value, [-1, value.shape.at(-1)!]);

/**
 * Measures how many directions the activations of a layer span.
 *
 * Records `effective_rank` per layer, from 1 to the number of units, 0 where all values are 0: exp(-Σ p log p) with
 * p = σ / Σσ, where σ are the singular values of the matrix of rows (examples and positions) by units.
 *
 * Costs a matrix product of rows × units² and an eigenvalue decomposition of units × units, no pass of the network.
 *
 * Requires the chosen layers to have the site.
 *
 * Source: Roy and Vetterli 2007, "The effective rank".
 *
 * @throws {UserError} for an option that is not one.
 */
export function effectiveRank(options: RepresentationOptions = {}): OperatorFunction<Step, Recorded> {
  const { layers = "all", site = "output", when } = checked("effectiveRank", options);
  return probe({
    name: "effective_rank",
    when,
    options: { layers, site },
    fits: fitsSites("effectiveRank", layers, site),
    measure: (step) =>
      selectActivations("effectiveRank", step, layers, site).map(({ layer, value }): Measured => {
        const rows = rowsOf(value);
        const gram = tf.matMul<Tensor2D>(tf.transpose(rows), rows);
        return {
          tensor: gram,
          records: (values) => [{ stat: "effective_rank", layer, value: effectiveRankOf(values) }],
        };
      }),
  });
}

/**
 * Computes the effective rank from the Gram matrix X'X, whose eigenvalues are the squared singular values of X; those below a
 * thousandth of the largest count as zero. Returns NaN when a value is not finite.
 */
export function effectiveRankOf(gram: ArrayLike<number>): number {
  const units = Math.sqrt(gram.length);
  if (!Array.from(gram).every(Number.isFinite)) return NaN;
  const { realEigenvalues } = new EigenvalueDecomposition(Matrix.from1DArray(units, units, Array.from(gram)), {
    assumeSymmetric: true,
  });
  // Rounding leaves zero eigenvalues at about 1e-7 of the largest, on either side of zero; the singular values are their roots.
  const floor = 1e-6 * Math.max(...realEigenvalues);
  const singular = realEigenvalues.map((value) => (value > floor ? Math.sqrt(value) : 0));
  const sum = singular.reduce((a, b) => a + b, 0);
  if (sum === 0) return 0;
  const entropy = singular.reduce(
    (total, value) => (value > 0 ? total - (value / sum) * Math.log(value / sum) : total),
    0,
  );
  return Math.exp(entropy);
}

/**
 * Measures the fraction of units that no example of the batch activates.
 *
 * Records `dead_fraction` per layer, from 0 to 1: units without a value above 0 at any example and position. Costs one
 * reduction per layer, no pass of the network.
 *
 * Requires the chosen layers to have the site.
 *
 * @throws {UserError} for an option that is not one.
 */
export function deadUnits(options: RepresentationOptions = {}): OperatorFunction<Step, Recorded> {
  const { layers = "all", site = "output", when } = checked("deadUnits", options);
  return probe({
    name: "dead_units",
    when,
    options: { layers, site },
    fits: fitsSites("deadUnits", layers, site),
    measure: (step) =>
      selectActivations("deadUnits", step, layers, site).map(({ layer, value }) => ({
        stat: "dead_fraction",
        layer,
        value: tf.mean<tf.Scalar>(tf.cast(tf.lessEqual(tf.max(rowsOf(value), 0), 0), "float32")),
      })),
  });
}
