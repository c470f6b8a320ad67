import type { Claim } from "./claims/claim.ts";
import { DISTRIBUTIONS } from "./claims/distributions.ts";
import { SMOOTHNESS } from "./claims/smoothness.ts";
import { THEORY } from "./claims/theory.ts";
import { TRAINING } from "./claims/training.ts";

/** Fewer seeds than this are no test. */
export const MINIMUM_SEEDS = 3;
/** Shorter runs of an experiment are no test of a claim (the theorems hold at any step), nor are runs on other data. */
export const CONDITIONS: Readonly<Record<string, { readonly steps: number; readonly dataset?: string }>> = {
  "learning-rates": { steps: 1000, dataset: "cifar10" },
  "noisy-batchnorm": { steps: 1000, dataset: "cifar10" },
  "internal-covariate-shift": { steps: 1000, dataset: "cifar10" },
  landscape: { steps: 1000, dataset: "cifar10" },
  "deep-linear": { steps: 1000 },
  theory: { steps: 1 },
};

/** What the paper claims, C1 to C21. Accuracies are in percent; every comparison is of runs of the same seed. */
export const CLAIMS: readonly Claim[] = [...TRAINING, ...DISTRIBUTIONS, ...SMOOTHNESS, ...THEORY].sort(
  (a, b) => Number(a.id.slice(1)) - Number(b.id.slice(1)),
);
