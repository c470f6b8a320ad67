import type { ColumnSql } from "../store/queries/select.ts";

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
