import * as tf from "@tensorflow/tfjs-core";
import type { OperatorFunction } from "rxjs";
import type { Step } from "../core/live.ts";
import * as option from "../core/options.ts";
import { fold, signs } from "../core/random.ts";
import { refusalOf } from "../core/refusal.ts";
import type { Schedule } from "../core/schedule.ts";
import type { LabelledExamples, Recorded } from "../core/types.ts";
import { probe } from "../operators/probe.ts";
import type { Layers } from "../operators/select-layers.ts";
import { inLayer, stats } from "../operators/stats.ts";
import { blocksOf, checkBlocks, describedData, eachOperator, estimate, ExactnessNotice } from "./curvature-data.ts";
import { tidied } from "./hessian.ts";
import { lanczos } from "./lanczos.ts";
import { ritzPairs, type RitzPair } from "./projection.ts";

/** Options of `spectralDensity`. */
export interface SpectralDensityOptions {
  /** Number of random start vectors; their spread gives the standard error. Default 4. */
  readonly vectors?: number;
  /** Lanczos iterations per start vector, each a Hessian-vector product. Default 30. */
  readonly iterations?: number;
  /** Number of points at which the density is recorded, over the range of the eigenvalues found. Default 100. */
  readonly bins?: number;
  /** Standard deviation of the Gaussian that represents an eigenvalue, as a fraction of that range. Default 0.01. */
  readonly width?: number;
  /** Examples in chunks. Default: the batch of the step. */
  readonly examples?: Iterable<LabelledExamples> | undefined;
  /** Layers whose diagonal blocks are measured. Default: the whole Hessian. */
  readonly layers?: Layers | undefined;
  /** Steps at which to measure. Default every step. */
  readonly when?: Schedule | undefined;
}

/**
 * Estimates the density of the eigenvalues of the Hessian of the objective by stochastic Lanczos quadrature.
 *
 * Records, for the network or per layer, with the bin (from 0) as `unit`:
 * - `eigenvalue`: its place;
 * - `density`: the density there; its integral is 1;
 * - `standard_error` of the density, over the start vectors.
 *
 * Records once `exact`: 1, or 0 where an operation on the way cannot be differentiated twice, with an event.
 *
 * Costs `vectors` × `iterations` products of about two forward and backward passes; give it a schedule.
 *
 * Requires the chosen layers to exist.
 *
 * Source: Ghorbani, Krishnan and Xiao 2019, "An Investigation into Neural Net Optimization via Hessian Eigenvalue
 * Density".
 *
 * @throws {UserError} for an option that is not one.
 */
export function spectralDensity(options: SpectralDensityOptions = {}): OperatorFunction<Step, Recorded> {
  option.checkOptions<SpectralDensityOptions>("spectralDensity", options, {
    vectors: option.whole(1),
    iterations: option.whole(1),
    bins: option.whole(1),
    width: option.above(0),
    examples: option.examples,
    layers: option.layers,
    when: option.schedule,
  });
  const { vectors = 4, iterations = 30, bins = 100, width = 0.01, examples, layers, when } = options;
  return probe({
    name: "spectral_density",
    when,
    options: { vectors, iterations, bins, width, ...(layers && { layers }), ...describedData(options) },
    fits: (setting) => refusalOf(() => checkBlocks("spectralDensity", layers, setting)),
    open: () => {
      const notice = new ExactnessNotice("spectralDensity");
      const measure = (step: Step) => {
        const blocks = blocksOf(step, layers);
        const density = (layer: number | undefined) => {
          const { results, leaks } = eachOperator("spectralDensity", step, { examples, layer }, ({ size, product }) =>
            Array.from({ length: vectors }, (_, vector) =>
              tidied(() =>
                lanczos(product, {
                  size,
                  block: 1,
                  products: iterations,
                  draw: (i) => tf.tensor1d(signs(fold(step.key, "density", step.step, vector, i), size)),
                }),
              ),
            ),
          );
          const runs = results.flat();
          const records = (values: readonly Float32Array[]) => {
            const spectra = runs.map((run, i) => ritzPairs(run.projectionOf(values[i]!)));
            return [
              ...densityAt(spectra, bins, width).flatMap(({ eigenvalue, mean, standardError }, unit) =>
                stats({ eigenvalue, density: mean, standard_error: standardError }, { ...inLayer(layer), unit }),
              ),
              ...stats({ exact: leaks ? 0 : 1 }, inLayer(layer)),
            ];
          };
          return [{ tensors: runs.map(({ tensor }) => tensor), records }, ...notice.leaked(step, leaks)];
        };
        const unknown = () => blocks.flatMap((layer) => stats({ exact: 0 }, inLayer(layer)));
        return notice.attempt(step, () => blocks.flatMap(density), unknown);
      };
      return { measure, ...notice.memory };
    },
  });
}

/**
 * Computes the density at each bin: Gaussians at the Ritz values, weighted by the squared first component of their
 * vectors; mean and standard error over the start vectors.
 */
function densityAt(spectra: readonly (readonly RitzPair[])[], bins: number, width: number) {
  const values = spectra.flat().map(({ value }) => value);
  const [lowest, highest] = [Math.min(...values), Math.max(...values)];
  const spread = Math.max(highest - lowest, 1e-6 * Math.max(Math.abs(highest), 1e-30));
  const sd = width * spread;
  const [from, to] = [lowest - 3 * sd, highest + 3 * sd];
  return Array.from({ length: bins }, (_, bin) => {
    const eigenvalue = from + ((bin + 0.5) / bins) * (to - from);
    const densities = spectra.map((pairs) =>
      pairs.reduce((sum, { value, weight }) => {
        const z = (eigenvalue - value) / sd;
        return sum + (weight * Math.exp((-z * z) / 2)) / (sd * Math.sqrt(2 * Math.PI));
      }, 0),
    );
    return { eigenvalue, ...estimate(densities) };
  });
}
