import type { ClaimResult, Figure } from "../paper/figure.ts";

export interface Rule {
  readonly label: string;
  /** The panel it belongs to; `''` for all of them. */
  readonly panel: string;
  readonly value: number;
}

export interface FigureInput {
  readonly figure: Figure;
  /** What the figure's SQL gave. */
  readonly rows: readonly Record<string, unknown>[];
  readonly rules: readonly Rule[];
  /** Ids of the runs behind it. */
  readonly runs: readonly string[];
  readonly settings: string;
}

export interface ReportInput {
  readonly title: string;
  readonly scale: string;
  readonly store: string;
  readonly claims: readonly ClaimResult[];
  readonly figures: readonly FigureInput[];
  /** Rows of `run_summary`. */
  readonly runs: readonly Record<string, unknown>[];
  readonly machine: string;
  readonly versions: Record<string, string>;
  readonly wallSeconds: number;
}
