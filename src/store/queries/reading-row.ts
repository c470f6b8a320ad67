import type { ColumnSql } from "./select.ts";
import type { SeriesNames } from "./types.ts";

/** A stored reading as its run has it, with null for what is absent. */
export interface ReadingOfRun extends SeriesNames {
  readonly step: number;
  readonly value: number | null;
}

/** The columns of a run's readings. */
export const READING_OF_RUN: ColumnSql<ReadingOfRun> = {
  step: "step",
  probe: "probe",
  stat: "stat",
  layer: "layer",
  unit: "unit",
  distance: "distance",
  value: "value",
};
