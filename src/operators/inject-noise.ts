import { map, type OperatorFunction } from "rxjs";
import { describeAs } from "../core/described.ts";
import { noiseKernel } from "../core/kernels.ts";
import type { Activation } from "../core/live.ts";
import { checkOptions, from, required, site as siteOption } from "../core/options.ts";
import { fold, uniform } from "../core/random.ts";
import { steeredOption, type Steered } from "../core/steering.ts";
import type { Site } from "../core/types.ts";

/** Options of `injectNoise`; each number may be a function of the step or an Observable instead. */
export interface NoiseOptions {
  /** Site of the activations that get noise. Default `norm`. */
  readonly site?: Site;
  /** Bound nMu ≥ 0 of a unit's shift: mu_j ~ U(-nMu, nMu). */
  readonly nMu: Steered;
  /** Upper bound nSigma ≥ 1 of a unit's scale: sigma_j ~ U(1, nSigma). */
  readonly nSigma: Steered;
  /** Half range rMu ≥ 0 of an element's shift: U(mu_j - rMu, mu_j + rMu). */
  readonly rMu: Steered;
  /** Standard deviation rSigma ≥ 0 of an element's scale: N(sigma_j, rSigma). */
  readonly rSigma: Steered;
}

/**
 * Adds non-stationary noise to every activation at `site`, drawn anew at each step.
 *
 *     for each unit j:        mu_j ~ U(-nMu, nMu)            sigma_j ~ U(1, nSigma)
 *     for each element i, j:  m ~ U(mu_j - rMu, mu_j + rMu)  s ~ N(sigma_j, rSigma)      a <- s a + m
 *
 * An element is one example of a unit, for convolutions one position of one example. A unit of mean 0 and variance 1
 * gets mean mu_j and variance sigma_j² + rSigma² + rMu²/3. The draws follow from the activation's key alone, so that
 * evaluating a step again meets the same noise. Gradients flow through s.
 *
 * Source: Santurkar et al. 2018, Algorithm 1; its N(sigma, 0.1) is read as a standard deviation.
 *
 * @throws {UserError} for an option that is missing, unknown or out of range.
 *
 * @example
 * ```ts
 * import { take } from "rxjs";
 * import { batches, batchNorm, injectNoise, loss, mlp, rootKey, sgd, shapes10, train } from "gradstream";
 *
 * const noise = injectNoise({ nMu: 0.5, nSigma: 1.25, rMu: 0.1, rSigma: 0.1 });
 * await batches(shapes10({ train: 64, test: 0 }).train, { size: 32, key: rootKey(0) })
 *   .pipe(
 *     take(2),
 *     train(mlp({ norm: batchNorm }), sgd({ learningRate: 0.1 }), { seed: 0, activations: noise }),
 *     loss(),
 *   )
 *   .forEach((record) => console.log(record));
 * ```
 */
export function injectNoise(options: NoiseOptions): OperatorFunction<Activation, Activation> {
  const {
    site = "norm",
    nMu,
    nSigma,
    rMu,
    rSigma,
  } = checkOptions<NoiseOptions>("injectNoise", options, {
    site: siteOption,
    nMu: required(steeredOption(from(0))),
    nSigma: required(steeredOption(from(1))),
    rMu: required(steeredOption(from(0))),
    rSigma: required(steeredOption(from(0))),
  });
  const noise = map((activation: Activation) => {
    if (activation.site !== site) return activation;
    const { value, key } = activation;
    const now = (option: string, steered: Steered, least = 0): number =>
      typeof steered === "number" ? steered : activation.steering.at("injectNoise", option, steered, from(least));
    const units = value.shape.at(-1)!;
    const bound = now("nMu", nMu);
    const mu = uniform(fold(key, "mu"), units, -bound, bound);
    const sigma = uniform(fold(key, "sigma"), units, 1, now("nSigma", nSigma, 1));
    const { hi, lo } = fold(key, "elements");
    const ranges = { rMu: now("rMu", rMu), rSigma: now("rSigma", rSigma) };
    return { ...activation, value: noiseKernel(value, { hi, lo, mu, sigma, ...ranges }) };
  });
  return describeAs(noise, { name: "injectNoise", site, nMu, nSigma, rMu, rSigma });
}
