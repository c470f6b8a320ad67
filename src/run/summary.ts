import type { Store } from "../store/store.ts";
import { renderTable } from "./render.ts";
import type { Finished } from "./run-experiment.ts";

/** What `run` ends with: a table from the store, what went wrong, and where to look next. */
export async function summary(store: Store, path: string, finished: readonly Finished[]): Promise<string> {
  const ids = finished.map(({ run }) => run.runId);
  const result = await store.query(
    `SELECT arm, seed, status, steps_done AS steps, round(final_loss, 3) AS "final loss",
       round(100 * final_train_accuracy, 1) AS "train %", round(100 * test_accuracy, 1) AS "test %",
       round(steps_per_second, 1) AS "steps/s"
     FROM run_summary WHERE run_id IN (${ids.map((_, i) => `$${i + 1}`).join(", ") || "NULL"})
     ORDER BY seed, list_position([${ids.map((_, i) => `$${i + 1}`).join(", ")}], run_id)`,
    ids,
  );
  const problems = finished.flatMap(({ run, outcome, warnings }) => [
    ...("message" in outcome ? [outcome.message] : []).map((text) => `${run.arm} ${outcome.status}: ${text}`),
    ...warnings.map((text) => `${run.arm}: ${text}`),
  ]);
  const option = path === "results/gradstream.duckdb" ? "" : ` --store ${path}`;
  return [
    "",
    renderTable(result),
    ...problems,
    ...(problems.length > 0 ? [""] : []),
    `Recorded in ${path}. Try:`,
    `  npx gradstream runs${option}`,
    `  npx gradstream sql "SELECT arm, step, value FROM curve WHERE stat = 'test_accuracy' ORDER BY arm, step"${option}`,
    `  npx gradstream sql "SELECT arm, layer, stddev(value) AS drift FROM curve WHERE probe = 'moments' AND stat = 'mean' GROUP BY ALL ORDER BY ALL"${option}`,
    "",
  ].join("\n");
}
