import type { Claim } from "./claims/claim.ts";
import { DISTRIBUTIONS } from "./claims/distributions.ts";
import { SMOOTHNESS } from "./claims/smoothness.ts";
import { THEORY } from "./claims/theory.ts";
import { TRAINING } from "./claims/training.ts";

/** Fewer seeds than this are no test. */
export const MINIMUM_SEEDS = 3;
/** Shorter runs of these experiments are no test; the theorems hold at any step. */
export const MINIMUM_STEPS: Readonly<Record<string, number>> = {
  "learning-rates": 1000,
  "noisy-batchnorm": 1000,
  "internal-covariate-shift": 1000,
  landscape: 1000,
  "deep-linear": 1000,
  theory: 1,
};

/** What the paper claims, C1 to C21. Accuracies are in percent; every comparison is of runs of the same seed. */
export const CLAIMS: readonly Claim[] = [...TRAINING, ...DISTRIBUTIONS, ...SMOOTHNESS, ...THEORY].sort(
  (a, b) => Number(a.id.slice(1)) - Number(b.id.slice(1)),
);
