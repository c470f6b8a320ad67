import type { ColumnSql } from "./select.ts";
import type { SeriesRow } from "./types.ts";

/** The columns of a series, in a query over `reading`. */
export const SERIES: ColumnSql<SeriesRow> = {
  series: "hash(run_id, probe, stat, layer, unit, distance)",
  runId: "run_id",
  probe: "probe",
  stat: "stat",
  layer: "layer",
  unit: "unit",
  distance: "distance",
};
