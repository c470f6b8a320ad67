import { createHash } from "node:crypto";
import type { Hyper } from "../../core/types.ts";
import { hyperText } from "../../store/run-rows.ts";

/** What makes a trial the same trial. */
export interface TrialFacts {
  readonly experiment: string;
  readonly arm: string;
  readonly seed: number;
  readonly hyper: Hyper;
  /** What it trains on, and what computes. */
  readonly dataset: string;
  readonly backend: string;
  readonly codeVersion: string;
}

const DIGITS = 20;

/** Names a trial by a hash of its identity: 80 bits, the same everywhere, in whatever order its settings come. */
export function hashTrial({ experiment, arm, seed, hyper, dataset, backend, codeVersion }: TrialFacts): string {
  const text = JSON.stringify([experiment, arm, seed, hyperText(hyper), dataset, backend, codeVersion]);
  return createHash("sha256").update(text).digest("hex").slice(0, DIGITS);
}
