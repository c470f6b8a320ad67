import type { Conditions } from "../paper.ts";

/** What runs must be for a test of the paper. The theorems hold at any step, of any seed. */
export const CONDITIONS = {
  "learning-rates": { steps: 1000, dataset: "cifar10" },
  "noisy-batchnorm": { steps: 1000, dataset: "cifar10" },
  "internal-covariate-shift": { steps: 1000, dataset: "cifar10" },
  landscape: { steps: 1000, dataset: "cifar10" },
  "deep-linear": { steps: 1000 },
  theory: { steps: 1, seeds: 1 },
} as const satisfies Readonly<Record<string, Conditions>>;
