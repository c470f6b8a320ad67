import type { Claim } from "../claim.ts";
import { DISTRIBUTION_CLAIMS } from "./claims/distributions.ts";
import { SMOOTHNESS_CLAIMS } from "./claims/smoothness.ts";
import { THEORY_CLAIMS } from "./claims/theory.ts";
import { TRAINING_CLAIMS } from "./claims/training.ts";

/** What the paper claims, C1 to C21. Accuracies are in percent; every comparison is of runs of the same seed. */
export const CLAIMS: readonly Claim[] = [
  ...TRAINING_CLAIMS,
  ...DISTRIBUTION_CLAIMS,
  ...SMOOTHNESS_CLAIMS,
  ...THEORY_CLAIMS,
].sort((a, b) => Number(a.claimId.slice(1)) - Number(b.claimId.slice(1)));
