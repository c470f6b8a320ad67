import * as tf from "@tensorflow/tfjs";
import type { OperatorFunction } from "rxjs";
import type { Step } from "../core/live.ts";
import * as option from "../core/options.ts";
import { fold, signs } from "../core/random.ts";
import { refusalOf } from "../core/refusal.ts";
import type { Schedule } from "../core/schedule.ts";
import type { LabelledExamples, Recorded } from "../core/types.ts";
import { probe } from "../operators/probe.ts";
import { checkLayers, type Layers } from "../operators/select-layers.ts";
import { inLayer, stats } from "../operators/stats.ts";
import { blocksOf, describedData, eachOperator, estimate, ExactnessNotice } from "./curvature-data.ts";
import { tidied } from "./hessian.ts";
import { lanczos } from "./lanczos.ts";
import { ritzPairs, type RitzPair } from "./projection.ts";

export interface SpectralDensityOptions {
  /** Random start vectors; the spread between them is the standard error. */
  readonly vectors?: number;
  /** Lanczos steps from each, each a Hessian-vector product. */
  readonly iterations?: number;
  /** Points at which the density is given, from the smallest to the largest eigenvalue found. */
  readonly bins?: number;
  /** Standard deviation of the Gaussian that stands for an eigenvalue, as a part of that range. */
  readonly width?: number;
  /** Examples in chunks in place of the step's batch. */
  readonly examples?: Iterable<LabelledExamples> | undefined;
  /** Of the diagonal block of each of these layers instead of the whole Hessian. */
  readonly layers?: Layers | undefined;
  readonly when?: Schedule | undefined;
}

/**
 * The density of the eigenvalues of the Hessian of the objective by stochastic Lanczos quadrature (Ghorbani, Krishnan and
 * Xiao 2019): at each bin (`unit`, from 0) its `eigenvalue`, the `density` there (its integral is 1) and the
 * `standard_error` of that over the start vectors; and `exact`. The Hessian is that of `hessian`. Costs `vectors` times
 * `iterations` products of about two forward and backward passes, so give it a schedule.
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
    fits: (setting) => refusalOf(() => checkLayers("spectralDensity", layers ?? "all", setting)),
    open: () => {
      const notice = new ExactnessNotice("spectralDensity");
      const measure = (step: Step) => {
        const blocks = blocksOf(step, layers);
        const density = (layer: number | undefined) => {
          const { results, leaks } = eachOperator("spectralDensity", step, { examples }, layer, ({ size, product }) =>
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
      return { measure };
    },
  });
}

/** Gaussians at the Ritz values, weighted by what the start vector has of their vectors; mean and spread over start vectors. */
export function densityAt(spectra: readonly (readonly RitzPair[])[], bins: number, width: number) {
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
