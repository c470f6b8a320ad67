import { plainText } from "../../core/plain-text.ts";
import type { Run } from "../../core/types.ts";
import type { ClaimResult } from "../../paper/figure.ts";
import type { Store } from "../../store/store.ts";
import { storeOption } from "../command-line/default-store.ts";
import { nameOf } from "../terminal/run-line.ts";
import { renderTable } from "../terminal/render.ts";
import { verdicts } from "../terminal/verdicts.ts";
import { nextQueries } from "./next-queries.ts";
import type { Finished } from "./run-experiment.ts";

/**
 * Writes what `run` ends with: a table from the store, of runs that were there already too, what went wrong, the verdicts on
 * claims, and where to look next.
 */
export async function summary(
  store: Store,
  path: string,
  finished: readonly Finished[],
  there: readonly Run[] = [],
  claims: readonly ClaimResult[] = [],
): Promise<string> {
  const ids = [...there, ...finished.map(({ run }) => run)].map(({ runId }) => runId);
  const result = await store.query(
    `SELECT arm, seed, status, steps_done AS steps, if(abs(final_loss) < 1e6, round(final_loss, 3), format('{:.2e}', final_loss)::DOUBLE) AS "final loss",
       round(100 * final_train_accuracy, 1) AS "train %", round(100 * test_accuracy, 1) AS "test %",
       round(steps_per_second, 1) AS "steps/s"
     FROM run_summary WHERE run_id IN (${ids.map((_, i) => `$${i + 1}`).join(", ") || "NULL"})
     ORDER BY seed, list_position([${ids.map((_, i) => `$${i + 1}`).join(", ")}], run_id)`,
    ids,
  );
  const costs = await store.query(
    `SELECT probe, sum(calls)::BIGINT AS calls, round(sum(milliseconds) / sum(calls), 2) AS "ms/call",
       round(100 * sum(share) / count(DISTINCT run_id), 1) AS "share %"
     FROM probe_cost WHERE run_id IN (${ids.map((_, i) => `$${i + 1}`).join(", ") || "NULL"})
     GROUP BY probe ORDER BY sum(milliseconds) DESC`,
    ids,
  );
  const queries = await nextQueries(store, ids);
  const problems = listProblems(finished);
  const option = storeOption(path);
  return [
    "",
    renderTable(result),
    ...(costs.rows.length > 0 ? ["What measuring took:", renderTable(costs)] : []),
    ...problems,
    ...(problems.length > 0 ? [""] : []),
    ...(claims.length > 0 ? [`Claims:${verdicts(claims)}`] : []),
    plainText(`Recorded in ${path}. Try:`),
    ...(finished.some(({ outcome }) => outcome.status === "interrupted")
      ? [`  npx gradstream resume --all${option}`]
      : []),
    `  npx gradstream runs${option}`,
    ...queries.map((sql) => `  npx gradstream sql "${sql}"${option}`),
    "",
  ].join("\n");
}

/**
 * Lists what went wrong, once for all the runs it happened to: `standard, batchNorm failed: moments: no layer 99; …`.
 */
function listProblems(finished: readonly Finished[]): string[] {
  const names = new Map<string, Set<string>>();
  const add = (text: string, run: Run) => names.set(text, (names.get(text) ?? new Set()).add(nameOf(run)));
  for (const { run, outcome, warnings } of finished) {
    if ("message" in outcome) add(`${outcome.status}: ${outcome.message}`, run);
    for (const text of warnings) add(`warned: ${text}`, run);
  }
  return [...names].map(([text, runs]) => plainText(`${[...runs].join(", ")} ${text}`));
}
