import type { ArmPlaces } from "../view/arms.ts";
import type { Axis, PanelRule } from "../view/figure-rows.ts";

export type { Axis, PanelRule as Rule };

/** A network in a diagram: its parts from left to right, in the colour of its arm. */
export interface NetworkChain {
  readonly title: string;
  readonly arm: string;
  readonly parts: readonly string[];
  /** Which of them are filled, from 0. */
  readonly filled: readonly number[];
}

/** A figure of a paper, ours beside the paper's: how it is drawn, and the SQL that gives its rows. */
export interface Figure {
  readonly id: string;
  readonly title: string;
  /** What it shows, which way is good, and the settings, in plain words. */
  readonly caption: string;
  /** Whose runs it stands on. */
  readonly experiment: string;
  /** Learning rates of these runs; absent: all that there are. */
  readonly rates?: readonly number[];
  readonly kind: "lines" | "band" | "ridge" | "profiles" | "diagram";
  readonly x: Axis;
  readonly y: Axis;
  /** Gives panel, arm, source, line, x, y, low, high (src/paper/figure-views.ts); ridges panel, arm, step, lo, hi, counts. */
  readonly sql: string;
  /** Horizontal lines, as SQL giving label, panel, value. */
  readonly rules?: string;
  /** The paper that it is of; absent for figures of our runs alone, which have no number. */
  readonly paper?: string | undefined;
  /** The view that its SQL reads, where it has one. */
  readonly view?: string;
  /** Arms that its paper knows. */
  readonly arms?: ArmPlaces;
  /** Of a diagram, what is drawn. */
  readonly diagram?: readonly NetworkChain[];
}

/** A figure with all that is drawn. */
export interface FigureData {
  readonly figure: Figure;
  /** What its SQL gave. */
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly rules: readonly PanelRule[];
  /** Runs of its experiment. */
  readonly runs: readonly string[];
  /** What they have in common or how they differ, in words: "steps 1200, learningRate 0.1 / 0.5, …". */
  readonly settings: string;
  /** What a reader should know of what is drawn, in sentences; absent: nothing. */
  readonly notes?: readonly string[];
}

export interface MeasureResult {
  readonly what: string;
  /** Of its numbers; absent for bare ones. */
  readonly unit?: string | undefined;
  /** Median over seeds, and their range. NULL: could not be measured. */
  readonly measured: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly threshold: number;
  readonly passes: "at most" | "at least";
  /** The threshold itself does not pass. */
  readonly strict: boolean;
  /** Why the threshold is what it is. */
  readonly why: string;
  /** The same number from the paper's own curves. */
  readonly paperValue: number | null;
  /** NULL: not measured, or only reported. */
  readonly passed: boolean | null;
  /** NULL: could not be measured. */
  readonly seeds: SeedCounts | null;
}

/** Of how many seeds something is so. */
export interface SeedCounts {
  /** Those that decide. */
  readonly all: number;
  /** Those at which the threshold is met. */
  readonly passing: number;
  /** Those that go at least as far as the paper's own number; NULL where it has none. */
  readonly asPaper: number | null;
}

export type Verdict = "reproduced" | "not reproduced" | "not testable";

export interface ClaimResult {
  readonly claimId: string;
  readonly statement: string;
  readonly verdict: Verdict;
  readonly measures: readonly MeasureResult[];
  /** The seeds, or the reason why it is not testable. */
  readonly detail: string;
}
