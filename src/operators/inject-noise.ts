import { map, type OperatorFunction } from "rxjs";
import { UserError } from "../core/errors.ts";
import { noiseKernel } from "../core/kernels.ts";
import type { Activation } from "../core/live.ts";
import { fold, uniform } from "../core/random.ts";
import type { Site } from "../core/types.ts";

export interface NoiseOptions {
  readonly site?: Site;
  /** Bound of the units' shifts: mu_j ~ U(-nMu, nMu). */
  readonly nMu: number;
  /** Upper bound of the units' scales: sigma_j ~ U(1, nSigma). */
  readonly nSigma: number;
  /** Spread of an element's shift about its unit's: U(mu_j - rMu, mu_j + rMu). */
  readonly rMu: number;
  /** Standard deviation of an element's scale about its unit's: N(sigma_j, rSigma). */
  readonly rSigma: number;
}

/**
 * Non-stationary noise on every activation at `site`, new at each step:
 *
 *     for each unit j:        mu_j ~ U(-nMu, nMu)            sigma_j ~ U(1, nSigma)
 *     for each element i, j:  m ~ U(mu_j - rMu, mu_j + rMu)  s ~ N(sigma_j, rSigma)      a <- s a + m
 *
 * An element is one example of a unit, for convolutions one position of one example. For a of mean 0 and variance 1
 * the noisy unit has mean mu_j and variance sigma_j² + rSigma² + rMu²/3. The draws follow from the activation's key
 * alone, so evaluating a step again meets the same noise. Gradients flow through s.
 *
 *     train(network, optimizer, { seed, activations: injectNoise({ nMu: 0.5, nSigma: 1.25, rMu: 0.1, rSigma: 0.1 }) })
 *
 * Santurkar et al. 2018, Algorithm 1; its N(sigma, 0.1) is read as a standard deviation.
 */
export function injectNoise({
  site = "norm",
  nMu,
  nSigma,
  rMu,
  rSigma,
}: NoiseOptions): OperatorFunction<Activation, Activation> {
  for (const [name, value] of Object.entries({ nMu, rMu, rSigma })) {
    if (!(value >= 0)) throw new UserError(`injectNoise: ${name} must be a number from 0 up, not ${value}`);
  }
  if (!(nSigma >= 1)) throw new UserError(`injectNoise: nSigma must be a number from 1 up, not ${nSigma}`);
  return map((activation) => {
    if (activation.site !== site) return activation;
    const { value, key } = activation;
    const units = value.shape.at(-1)!;
    const mu = uniform(fold(key, "mu"), units, -nMu, nMu);
    const sigma = uniform(fold(key, "sigma"), units, 1, nSigma);
    const { hi, lo } = fold(key, "elements");
    return { ...activation, value: noiseKernel(value, { hi, lo, mu, sigma, rMu, rSigma }) };
  });
}
