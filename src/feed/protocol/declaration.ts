import type { Hyper, NamedOptions, Sliders, TrainedLayer } from "../../core/types.ts";

/** Network and measurements of the trials of one arm, as they are known before their first step. */
export interface DeclaredArm {
  /** Name of the arm. */
  readonly arm: string;
  /** Name of the network. */
  readonly network: string;
  /** Layers of the network; empty where they are not known. */
  readonly layers: readonly TrainedLayer[];
  /**
   * Names and options of the probes, their schedules as `when`; with `misfit`, the reason, one that cannot measure this arm. Null
   * where they are not known yet.
   */
  readonly probes: readonly NamedOptions[] | null;
}

/** One trial of what was declared. */
export interface DeclaredTrial {
  /** Index of its arm among those declared. */
  readonly arm: number;
  /** Seed. */
  readonly seed: number;
  /** Its run; null while it is queued. */
  readonly runId: string | null;
}

/** Runs of an experiment that an invocation trains or a store has: those that there are, and those that will be. */
export interface Declaration {
  /** Names it among those of one server process. */
  readonly id: string;
  /** Name of the experiment. */
  readonly experiment: string;
  /** Path of the pipeline. */
  readonly pipeline: string;
  /** Steps of each run. */
  readonly steps: number;
  /** Hyper-parameters of its queued trials; null where there are none. */
  readonly hyper: Hyper | null;
  /** Arms; one that was trained in several ways stands there several times. */
  readonly arms: readonly DeclaredArm[];
  /** Trials, in the order in which they are trained. */
  readonly trials: readonly DeclaredTrial[];
  /** Controls that may be moved while its runs train, by name. Default: none. */
  readonly controls?: Sliders;
}
