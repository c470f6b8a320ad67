import { buckets } from "./buckets.ts";
import { marks } from "./marks.ts";
import { events, histograms, lastRow, readings } from "./records.ts";
import type { Select } from "./select.ts";
import { spans } from "./spans.ts";
import { storedRuns } from "./stored-runs.ts";
import { storedTrainings } from "./stored-trainings.ts";
import type { Moment } from "./types.ts";

/** Makes all queries, through one `select`. */
export function momentOf(select: Select): Moment {
  return {
    storedRuns: () => storedRuns(select),
    storedTrainings: () => storedTrainings(select),
    marks: (kind, runIds) => marks(select, kind, runIds),
    lastRow: (kind) => lastRow(select, kind),
    spans: (wanted) => spans(select, wanted),
    buckets: (wanted, shift) => buckets(select, wanted, shift),
    readings: (wanted, window) => readings(select, wanted, window),
    histograms: (wanted, window) => histograms(select, wanted, window),
    events: (wanted, window) => events(select, wanted, window),
  };
}
