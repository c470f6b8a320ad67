import type { Passing } from "../experiment/claim.ts";

/** Which runs a measure is of; without them it is not testable. */
export interface NeededRuns {
  readonly experiment: string;
  readonly arms: readonly string[];
  /** Learning rates; absent: whichever there are. */
  readonly rates?: readonly number[];
  /** Training images without which an absolute accuracy says nothing. */
  readonly images?: number;
}

/** Runs of certain learning rates. */
export interface Needs extends NeededRuns {
  readonly rates: readonly number[];
}

export interface ClaimMeasure {
  readonly what: string;
  /** Of the number: `points`, `%`, `×`; absent for a bare one. */
  readonly unit?: string | undefined;
  readonly needs: NeededRuns;
  /** Gives one row (seed, value, bound) per seed: 'at most' or 'at least' this is a bound of the true value, or NULL. */
  readonly sql: string;
  readonly passes: "at most" | "at least";
  readonly threshold: number;
  /** The threshold itself is not enough. */
  readonly strict?: boolean;
  /** What the paper's own curves give; NULL where no figure shows it. */
  readonly paperValue: number | null;
  /** Shown, but not judged. */
  readonly reportOnly?: boolean;
  /** Why the threshold is what it is. */
  readonly why: string;
}

export interface Claim {
  readonly claimId: string;
  readonly statement: string;
  /** Who claims it, and where; absent: the paper does. */
  readonly source?: string | undefined;
  readonly measures: readonly ClaimMeasure[];
}

type MeasureRecord = Pick<ClaimMeasure, "what" | "unit" | "needs" | "sql" | "why"> &
  Passing & {
    /** What the paper's own curves give, where a figure shows it. */
    readonly paperValue?: number | undefined;
  };

/** Makes a measure of a claim: what is measured, of which runs, by which SQL, and what passes. */
export function measure(record: MeasureRecord): ClaimMeasure {
  const { what, unit, needs, sql, paperValue = null, why } = record;
  return { what, unit, needs, sql, ...criterion(record), paperValue, why };
}

/** Makes a measure that is shown beside what the paper says, but not judged. */
export const report = (record: MeasureRecord): ClaimMeasure => ({ ...measure(record), reportOnly: true });

function criterion(passing: Passing): Pick<ClaimMeasure, "passes" | "threshold" | "strict"> {
  if ("atMost" in passing) return { passes: "at most", threshold: passing.atMost };
  if ("below" in passing) return { passes: "at most", threshold: passing.below, strict: true };
  if ("atLeast" in passing) return { passes: "at least", threshold: passing.atLeast };
  return { passes: "at least", threshold: passing.above, strict: true };
}

/** Names the runs that a measure needs: arms of an experiment, at each of these learning rates. */
export const needs = (experiment: string, rates: readonly number[], ...arms: readonly string[]): Needs => ({
  experiment,
  rates,
  arms,
});
