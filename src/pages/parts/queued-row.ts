import type { Feed } from "../../feed/client/index.ts";
import { setText } from "./legend.ts";
import { queuedCells } from "./run-cells.ts";
import type { RunColumn } from "./run-columns.ts";
import { makeRunRow, type RunRow } from "./run-row.ts";
import type { QueuedTrial } from "./whole-progress.ts";

/** Makes the row of a trial that waits; where this page may, with a button that takes it out of the queue. */
export function queuedRow(feed: Feed, trial: QueuedTrial, columns: readonly RunColumn[], mayControl: boolean): RunRow {
  const { declaration, arm, seed, steps } = trial;
  const row = makeRunRow(feed, { arm, steps, name: `${arm}, seed ${seed}` }, undefined, columns);
  queuedCells(trial, columns).forEach((text, i) => setText(row.cells[i]!.text, text));
  row.controls.offer(mayControl ? { Skip: { action: "skip", declaration, arm, seed } } : {});
  row.bar.value = 0;
  row.state.className = "status status-queued";
  return row;
}
