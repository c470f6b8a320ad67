import type { Feed } from "../../feed/client/index.ts";
import { setText } from "./legend.ts";
import { queuedCells } from "./run-cells.ts";
import { makeRunRow, type RunRow } from "./run-row.ts";
import type { QueuedTrial } from "./whole-progress.ts";

/** Makes the row of a trial that waits; where this page may, with a button that takes it out of the queue. */
export function queuedRow(
  feed: Feed,
  trial: QueuedTrial,
  varying: readonly string[],
  columns: readonly string[],
  mayControl: boolean,
): RunRow {
  const row = makeRunRow(feed, trial, undefined, columns);
  queuedCells(trial, varying).forEach((text, i) => setText(row.texts[i]!, text));
  const { declaration, arm, seed } = trial;
  row.controls.offer(mayControl ? { Skip: { action: "skip", declaration, arm, seed } } : {});
  row.bar.value = 0;
  row.state.className = "status status-queued";
  return row;
}
