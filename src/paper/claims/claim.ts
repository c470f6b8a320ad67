import type { Needs } from "../measures.ts";

export interface ClaimMeasure {
  readonly what: string;
  readonly needs: Needs;
  /** Gives one row (seed, value, bound) per seed. */
  readonly sql: string;
  readonly is: "at most" | "at least";
  readonly threshold: number;
  /** The threshold itself is not enough. */
  readonly strict?: boolean;
  /** What the paper's own curves give; NULL where no figure shows it. */
  readonly paper: number | null;
  /** Shown, but not judged. */
  readonly reportOnly?: boolean;
}

export interface Claim {
  readonly id: string;
  readonly statement: string;
  readonly measures: readonly ClaimMeasure[];
}

export const needs = (experiment: string, rates: readonly number[], ...arms: readonly string[]): Needs => ({
  experiment,
  rates,
  arms,
});
export const [BN, STD] = ["batchNorm", "standard"];
export const LP = { l1Norm: "L1", l2Norm: "L2", lInfNorm: "L∞" };

type Parts = readonly [what: string, needs: Needs, sql: string, is: ClaimMeasure["is"], threshold: number];
export const measure = (...[what, needs, sql, is, threshold, paper]: [...Parts, paper?: number]): ClaimMeasure => ({
  what,
  needs,
  sql,
  is,
  threshold,
  paper: paper ?? null,
});
/** The threshold itself does not pass. */
export const strictly = (...parts: [...Parts, paper?: number]): ClaimMeasure => ({
  ...measure(...parts),
  strict: true,
});
export const report = (...parts: [...Parts, paper?: number]): ClaimMeasure => ({
  ...measure(...parts),
  reportOnly: true,
});
