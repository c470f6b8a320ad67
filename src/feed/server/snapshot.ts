import type { Kind } from "./batch.ts";
import type { Outgoing } from "./outgoing.ts";
import type { Registry, RunEntry } from "./registry.ts";
import type { Parameter, Select } from "./source.ts";

/** What the store held at one moment. */
export interface Snapshot {
  /** Of each run that this process records: how many records are in the snapshot (matching or not). */
  readonly marks: ReadonlyMap<RunEntry, number>;
  readonly parts: AsyncIterable<Outgoing> | Iterable<Outgoing>;
}

const TABLES = { readings: "reading", histograms: "histogram", events: "event" } as const;
export const tableOf = (kind: Kind): (typeof TABLES)[Kind] => TABLES[kind];

/** How many records of a kind the store holds of runs that this process records. */
export async function readMarks(
  select: Select,
  registry: Registry,
  kind: Kind,
  wants: (run: RunEntry) => boolean,
): Promise<Map<RunEntry, number>> {
  const runs = [...registry.runs.values()].filter((run) => run.published && wants(run));
  const marks = new Map(runs.map((run) => [run, 0]));
  if (runs.length === 0) return marks;
  const ids: Parameter[] = runs.map(({ state }) => state.runId);
  const places = ids.map((_id, i) => `$${i + 1}`).join(", ");
  const table = TABLES[kind];
  for (const chunk of await select(
    `SELECT run_id, count(*)::INTEGER FROM ${table} WHERE run_id IN (${places}) GROUP BY run_id`,
    ids,
  )) {
    for (let row = 0; row < chunk.rowCount; row++) {
      const run = registry.runs.get(chunk.column(0).getItem(row) as string);
      if (run) marks.set(run, chunk.column(1).getItem(row) as number);
    }
  }
  return marks;
}
