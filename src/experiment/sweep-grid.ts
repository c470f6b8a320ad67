import type { Hyper } from "../core/types.ts";

/** Types of hyper-parameters: TypeScript infers `false`, not `boolean`, from a default of `false`. */
export type Settable<H extends Hyper> = { readonly [Key in keyof H]: H[Key] extends boolean ? boolean : H[Key] };

/** Numbers from `low` to `high`, from which `random` draws. */
export interface SweepRange {
  /** Smallest value. */
  readonly low: number;
  /** Largest value. */
  readonly high: number;
  /** Draws evenly in the logarithm. Default false. */
  readonly log?: boolean;
  /** Draws whole numbers. Default false. */
  readonly int?: boolean;
}

/** Values that a sweep tries: of hyper-parameters, and arms by their names. */
export type SweepGrid<H extends Hyper> = {
  readonly [Key in keyof H | "steps"]?:
    | readonly (Key extends keyof H ? Settable<H>[Key] : number)[]
    | (Key extends keyof H ? ([Extract<H[Key], number>] extends [never] ? never : SweepRange) : SweepRange);
} & {
  /** Names of arms. Default: all. */
  readonly arm?: readonly string[];
};

/** Trials that `gradstream sweep` trains where its command line names no grid. */
export interface ExperimentSweep<H extends Hyper> {
  /** Values that are combined with each other. */
  readonly grid: SweepGrid<H>;
  /** Number of seeds (0, 1, …) of each combination. Default: the experiment's. */
  readonly seeds?: number;
  /** Draws so many combinations instead of trying all. Default: all. */
  readonly random?: number;
  /** Stat by which the best go on to more steps: `loss`, `test_accuracy:max`. Default: all are trained in full. */
  readonly halving?: string;
  /**
   * Rules by which trials are stopped before their last step: `median`, `median:test_accuracy`, `divergence`. Default:
   * none.
   */
  readonly earlyStop?: string | readonly string[];
  /** Steps in which no trial is stopped. Default: a tenth of its steps. */
  readonly grace?: number;
}
