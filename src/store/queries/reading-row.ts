import type { ColumnSql } from "./select.ts";

/** A stored reading as its run has it, with null for what is absent. */
export interface ReadingOfRun {
  readonly step: number;
  readonly probe: string;
  readonly stat: string;
  readonly layer: number | null;
  readonly unit: number | null;
  readonly distance: number | null;
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
