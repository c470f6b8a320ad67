import * as tf from "@tensorflow/tfjs";
import type { Tensor, Tensor2D } from "@tensorflow/tfjs";
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import type { OperatorFunction } from "rxjs";
import type { Step } from "../core/live.ts";
import * as option from "../core/options.ts";
import type { Schedule } from "../core/schedule.ts";
import type { Recorded, Site } from "../core/types.ts";
import { probe, type Measured } from "../operators/probe.ts";
import { fitsSites, selectActivations, type Layers } from "../operators/select-layers.ts";

export interface RepresentationOptions {
  readonly layers?: Layers;
  /** Default `output`, after the non-linearity. */
  readonly site?: Site;
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
 * How many directions the activations of a layer fill: `effective_rank`, exp of the entropy of the singular values σ of
 * the rows (examples and positions) by units matrix, Σ σ made 1 (Roy and Vetterli 2007). From 1 to the number of units.
 * Costs a matrix product of rows x units² and an eigenvalue decomposition of units x units.
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

/** From the Gram matrix X'X, whose eigenvalues are the squares of the singular values of X. NaN when it is not finite. */
export function effectiveRankOf(gram: ArrayLike<number>): number {
  const units = Math.sqrt(gram.length);
  if (!Array.from(gram).every(Number.isFinite)) return NaN;
  const { realEigenvalues } = new EigenvalueDecomposition(Matrix.from1DArray(units, units, Array.from(gram)), {
    assumeSymmetric: true,
  });
  // Rounding leaves zero eigenvalues at about 1e-7 of the largest, on either side of zero.
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
 * Units that no example of the batch switches on: `dead_fraction` of a layer's units have no value above zero at any
 * example and position. Costs one reduction per layer.
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
