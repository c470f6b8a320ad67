import type { Reading } from "../core/types.ts";

/** A choice of readings. A field that is absent lets all through. */
export interface ReadingsChoice {
  /** Id of the run, or how ids begin. */
  readonly run?: string;
  /** Name of the experiment. */
  readonly experiment?: string;
  /** Name of the arm. */
  readonly arm?: string;
  /** Name of the probe, with `*` for any characters. */
  readonly probe?: string;
  /** Name of the number among those of the probe, with `*` for any characters. */
  readonly stat?: string;
  /** Number of the layer, from 1, or `none`: readings of the whole network. */
  readonly layer?: number | "none";
  /** Unit, from 0, or `none`. */
  readonly unit?: number | "none";
  /** Steps of the readings. */
  readonly steps?: StepsChoice;
}

/** A choice of steps. A field that is absent lets all through. */
export interface StepsChoice {
  /** First step. */
  readonly from?: number;
  /** Last step. */
  readonly to?: number;
  /** Interval of the steps: only its multiples. */
  readonly every?: number;
}

/** A reading with the run that it is of. */
export interface StoredReading extends Reading {
  /** Id of the run. */
  readonly runId: string;
  /** Name of its experiment. */
  readonly experiment: string;
  /** Name of its arm. */
  readonly arm: string;
  /** Seed of its trial. */
  readonly seed: number;
}
