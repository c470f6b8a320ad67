import { UserError } from "../../core/errors.ts";
import type { Replay } from "../../core/replay.ts";
import { CONTROL_EVENT } from "../../experiment/trial-controls.ts";
import { records } from "../../store/records.ts";
import type { Store } from "../../store/store.ts";
import { REPLAYS } from "./run-events.ts";
import type { Replayed } from "./trials.ts";

/** Reads from the store what steered a run. */
export async function replayOf(store: Store, runId: string): Promise<Replay> {
  const rows = await records(
    store,
    `SELECT step, name, coalesce(data ->> 'name', data ->> 'control') AS steered, (data ->> 'value')::DOUBLE AS value
     FROM event WHERE run_id = $1 AND name IN ('steered', 'ended', $2) ORDER BY step, rowid`,
    [runId, CONTROL_EVENT],
  );
  const end = rows.find(({ name }) => name === "ended")?.["step"];
  const valuesIn = (event: string): Replay["values"] =>
    rows
      .filter(({ name }) => name === event)
      .map(({ step, steered, value }) => ({ step: Number(step), name: steered as string, value: Number(value) }));
  return {
    values: valuesIn("steered"),
    controls: valuesIn(CONTROL_EVENT),
    end: end === undefined ? undefined : Number(end),
  };
}

/**
 * Returns the run that an interrupted one replays, with what steered it; undefined for one that replays none.
 *
 * @throws {UserError} when that run is not in the store any more.
 */
export async function replayedBy(store: Store, runId: string): Promise<Replayed | undefined> {
  const [row] = await records(
    store,
    `SELECT data ->> 'run' AS replayed, data ->> 'run' IN (SELECT run_id FROM run) AS there
     FROM event WHERE run_id = $1 AND name = $2`,
    [runId, REPLAYS],
  );
  if (!row) return undefined;
  const replayed = String(row["replayed"]);
  if (row["there"] !== true) throw new UserError(`it replays ${replayed}, which is not in ${store.path} any more`);
  return { runId: replayed, replay: await replayOf(store, replayed) };
}
