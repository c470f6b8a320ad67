import type { ReportedSweep } from "./sweeps.ts";
import type { ClaimResult, FigureData } from "../paper/figure.ts";

/** All that a report shows. */
export interface ReportInput {
  readonly title: string;
  readonly scale: string;
  readonly store: string;
  readonly claims: readonly ClaimResult[];
  readonly figures: readonly FigureData[];
  /** Sweeps with the rows of their settings. Default: none. */
  readonly sweeps?: readonly ReportedSweep[];
  /** Rows of `run_summary`. */
  readonly runs: readonly Record<string, unknown>[];
  readonly machine: string;
  readonly versions: Record<string, string>;
  readonly wallSeconds: number;
}
