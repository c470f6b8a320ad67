import type { ColumnSql } from "../store/queries/select.ts";

interface SeriesReading {
  readonly step: number;
  readonly probe: string;
  readonly stat: string;
  readonly layer: number | null;
  readonly unit: number | null;
  readonly distance: number | null;
  readonly value: number | null;
}

/** The columns of a run's readings. */
export const STORED_READING: ColumnSql<SeriesReading> = {
  step: "step",
  probe: "probe",
  stat: "stat",
  layer: "layer",
  unit: "unit",
  distance: "distance",
  value: "value",
};

interface StoredHistogram {
  readonly step: number;
  readonly site: string;
  readonly layer: number;
  readonly unit: number | null;
  readonly lo: number;
  readonly hi: number;
  /** The driver's list. */
  readonly counts: { readonly items: readonly number[] };
}

/** The columns of a run's histograms. */
export const STORED_HISTOGRAM: ColumnSql<StoredHistogram> = {
  step: "step",
  site: "site",
  layer: "layer",
  unit: "unit",
  lo: "lo",
  hi: "hi",
  counts: "counts",
};
