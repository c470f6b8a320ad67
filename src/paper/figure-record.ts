import type { Figure } from "./figure.ts";

/** What every figure says of itself. */
export type Told = Omit<Figure, "kind" | "sql" | "paper" | "view" | "arms" | "diagram">;

/** Whose runs a figure shows, in a view of its own: rows of other arms, rates or layers are not in it. */
interface Shown extends Told {
  readonly rates: readonly number[];
  readonly arms: readonly string[];
  readonly layers?: readonly number[];
  /** Its view is `figure_<view>`, and so the paper's curves call it. Default: its id. Others may share it, a stat each. */
  readonly view?: string;
}

/** What is plotted over steps, in the paper's units. */
export interface Stat {
  /** Name in the view; panels are told apart by `panel`, where it is given. */
  readonly name: string;
  readonly panel?: string;
  /** SQL over `paper_reading` that gives arm, seed, learning_rate, layer, step and scaled (a band: bottom and top). */
  readonly ours: string;
  /** Its name among the paper's curves, or those of a band's edges. */
  readonly paper: string | { readonly low: string; readonly high: string };
}

/** Curves over steps: the median over seeds and their range, or the medians of a band's edges. */
export interface CurvesRecord extends Shown {
  readonly kind: "lines" | "band";
  /** Where learning rates are told apart. */
  readonly ratesIn?: "arm" | "panel";
  readonly stats: readonly Stat[];
}

/** The gradient's change over the distance walked, a line per recorded step. */
export interface ProfilesRecord extends Shown {
  readonly kind: "profiles";
  /** SQL that gives the step of one of the paper's lines. */
  readonly paperStep: string;
}

/** Histograms over training of one unit of the least seed, ours alone. */
export interface RidgeRecord extends Shown {
  readonly kind: "ridge";
  readonly layers: readonly number[];
}

/** A figure with SQL of its own, for which no view is made. */
type OwnRecord = Figure;

/** A figure, all of it: what is said, how it is drawn, whose runs it shows, and what its view is made of. */
export type FigureRecord = CurvesRecord | ProfilesRecord | RidgeRecord | OwnRecord;
