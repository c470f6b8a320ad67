export interface Axis {
  readonly label: string;
  readonly log?: boolean;
}

/** One figure of the paper: what to draw, and the SQL that gives its rows. */
export interface Figure {
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  readonly experiment: string;
  readonly kind: "lines" | "band" | "ridge" | "profiles" | "diagram";
  readonly x: Axis;
  readonly y: Axis;
  readonly sql: string;
  /** Horizontal lines, as SQL giving (label, panel, value): 1/eta_min and 2/lr of the beta figures. */
  readonly rules?: string;
}

/** A claim of the paper, judged on what was measured. */
export interface ClaimResult {
  readonly id: string;
  /** In our own words. */
  readonly statement: string;
  readonly verdict: "reproduced" | "not reproduced" | "not testable";
  readonly measures: readonly {
    readonly what: string;
    readonly measured: number | null;
    readonly low: number | null;
    readonly high: number | null;
    readonly threshold: number;
    readonly is: "at most" | "at least";
    readonly paper: number | null;
    readonly passed: boolean | null;
  }[];
  /** Seeds, or the reason why it is not testable. */
  readonly detail: string;
}
