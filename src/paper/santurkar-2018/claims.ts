import type { Claim } from "../claim.ts";
import { DISTRIBUTIONS } from "./claims/distributions.ts";
import { SMOOTHNESS } from "./claims/smoothness.ts";
import { THEORY } from "./claims/theory.ts";
import { TRAINING } from "./claims/training.ts";

/** What the paper claims, C1 to C21. Accuracies are in percent; every comparison is of runs of the same seed. */
export const CLAIMS: readonly Claim[] = [...TRAINING, ...DISTRIBUTIONS, ...SMOOTHNESS, ...THEORY].sort(
  (a, b) => Number(a.id.slice(1)) - Number(b.id.slice(1)),
);
