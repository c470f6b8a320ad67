import type { Store } from "../../store/store.ts";

/** Queries to go on with, and the probe and stat that each reads; of these that were recorded the first are offered. */
const QUERIES: readonly (readonly [probe: string, stat: string, sql: string])[] = [
  ["accuracy", "test_accuracy", "SELECT arm, step, value FROM curve WHERE stat = 'test_accuracy' ORDER BY arm, step"],
  [
    "moments",
    "mean",
    "SELECT arm, layer, max(value) - min(value) AS range FROM curve WHERE probe = 'moments' AND stat = 'mean' AND unit IS NULL GROUP BY ALL ORDER BY ALL",
  ],
  [
    "hessian",
    "eigenvalue",
    "SELECT arm, step, value FROM curve WHERE stat = 'eigenvalue' AND unit = 1 ORDER BY arm, step",
  ],
  [
    "loss",
    "loss",
    "SELECT arm, min(value) AS lowest, max(value) AS highest FROM curve WHERE stat = 'loss' GROUP BY ALL ORDER BY ALL",
  ],
];
const OFFERED = 2;

/** Lists queries that find something in what these runs recorded. */
export async function nextQueries(store: Store, runIds: readonly string[]): Promise<readonly string[]> {
  const places = runIds.map((_, i) => `$${i + 1}`).join(", ") || "NULL";
  const { rows } = await store.query(`SELECT DISTINCT probe, stat FROM reading WHERE run_id IN (${places})`, runIds);
  const recorded = new Set(rows.map(([probe, stat]) => `${String(probe)}/${String(stat)}`));
  return QUERIES.flatMap(([probe, stat, sql]) => (recorded.has(`${probe}/${stat}`) ? [sql] : [])).slice(0, OFFERED);
}
