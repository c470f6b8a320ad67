import { UserError } from "../core/errors.ts";
import { type Row, records } from "../store/records.ts";
import { type RunChoice, choiceSql, choiceText } from "../store/run-choice.ts";
import type { Store } from "../store/store.ts";

/** A run that is written for another program. */
export interface ExportedRun {
  readonly runId: string;
  /** `experiment/arm/seed-0`, of no other run; parts are names of folders. */
  readonly place: string;
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** The last step that something was read at. */
  readonly lastStep: number;
  /** The columns of its row, without the name of its machine. */
  readonly row: Row;
}

/**
 * Lists the runs that completed or diverged among those chosen, oldest first. Where several are of one experiment, arm and
 * seed, the second's place ends with `-2`, and so on.
 *
 * @throws {UserError} when there are none.
 */
export async function exportedRuns(store: Store, choice: RunChoice): Promise<readonly ExportedRun[]> {
  const rows = await records(
    store,
    `SELECT * EXCLUDE (host, started_ms, ended_ms, last_step), started_ms, ended_ms, last_step FROM (
       SELECT run.*, epoch_ms(started_at)::DOUBLE AS started_ms, epoch_ms(coalesce(ended_at, started_at))::DOUBLE AS ended_ms,
         coalesce((SELECT max(step) FROM reading WHERE reading.run_id = run.run_id), 0) AS last_step
       FROM run WHERE status IN ('completed', 'diverged') AND ${choiceSql(choice)})
     ORDER BY started_at, run_id`,
  );
  if (rows.length === 0)
    throw new UserError(`${store.path} has no run${choiceText(choice)} that completed or diverged`);
  const taken = new Set<string>();
  return rows.map(({ started_ms: started, ended_ms: ended, last_step: last, ...row }) => {
    const parts = [row["experiment"], row["arm"], `seed-${String(row["seed"])}`];
    const wanted = parts.map((part) => folderPart(String(part))).join("/");
    let place = wanted;
    for (let i = 2; taken.has(place.toLowerCase()); i++) place = `${wanted}-${i}`;
    taken.add(place.toLowerCase());
    return {
      runId: String(row["run_id"]),
      place,
      startedAt: Number(started),
      endedAt: Number(ended),
      lastStep: Number(last),
      row,
    };
  });
}

/** What every file system takes as the name of a folder. */
const folderPart = (text: string): string =>
  text
    .replace(/[^\p{L}\p{N}_.-]+/gu, "-")
    .replace(/^\.+/, "-")
    .slice(0, 120) || "-";
