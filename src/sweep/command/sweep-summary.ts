import { plainText } from "../../core/plain-text.ts";
import { storeOption } from "../../run/command-line/default-store.ts";
import { renderTable } from "../../run/terminal/render.ts";
import { quoted } from "../../store/quoted.ts";
import type { Store } from "../../store/store.ts";
import type { Finished } from "../../run/runner/run-experiment.ts";

/** Arms and settings that are shown. */
const MOST_ROWS = 40;

/**
 * Writes what `sweep` ends with: for each arm and setting the mean over its seeds, best first, what went wrong, and where to
 * look next. `keys` are the hyper-parameters that differ.
 */
export async function sweepSummary(
  store: Store,
  path: string,
  runIds: readonly string[],
  keys: readonly string[],
  { finished, stoppedEarly }: { readonly finished: readonly Finished[]; readonly stoppedEarly: number },
): Promise<string> {
  const columns = keys.map((key) => `hyper ->> ${quoted(`$."${key}"`)} AS "${key.replaceAll('"', '""')}"`);
  const spread = (of: string) =>
    `if(abs(avg(${of})) < 1e6, round(avg(${of}), 3), format('{:.2e}', avg(${of}))::DOUBLE)`;
  const result = await store.query(
    `SELECT ${["arm", ...columns].join(", ")}, count(*) AS trials, count(*) FILTER (status = 'completed') AS completed,
       ${spread("final_loss")} AS "final loss", round(stddev_samp(final_loss), 3) AS "±",
       round(100 * avg(final_train_accuracy), 1) AS "train %", round(100 * avg(test_accuracy), 1) AS "test %"
     FROM run_summary WHERE list_contains($1::JSON::VARCHAR[], run_id)
     GROUP BY ALL ORDER BY completed < trials, avg(test_accuracy) DESC NULLS LAST, avg(final_loss) NULLS LAST, arm
     LIMIT ${MOST_ROWS + 1}`,
    [JSON.stringify(runIds)],
  );
  const isCut = result.rows.length > MOST_ROWS;
  const option = storeOption(path);
  const problems = problemsOf(finished);
  return [
    "",
    renderTable({ ...result, rows: result.rows.slice(0, MOST_ROWS) }),
    ...(isCut ? [`These are the best ${MOST_ROWS}; the view sweep_result has all.`] : []),
    ...stoppedLine(stoppedEarly),
    ...problems,
    ...(problems.length > 0 ? [""] : []),
    plainText(`Recorded in ${path}. Try:`),
    `  npx gradstream sql "FROM sweep_result"${option}`,
    `  npx gradstream serve${option}`,
    "",
  ].join("\n");
}

/** Says how many trials were stopped early. */
function stoppedLine(count: number): string[] {
  if (count === 0) return [];
  return [`${count} ${count === 1 ? "trial was" : "trials were"} stopped early; their events say why.`];
}

/** Lists what went wrong, each once with how often. */
function problemsOf(finished: readonly Finished[]): string[] {
  const counts = new Map<string, number>();
  const add = (text: string) => counts.set(text, (counts.get(text) ?? 0) + 1);
  for (const { run, outcome, warnings } of finished) {
    if ("message" in outcome) add(`${run.arm} ${outcome.status}: ${outcome.message}`);
    for (const text of new Set(warnings)) add(`${run.arm} warned: ${text}`);
  }
  return [...counts].map(([text, count]) => plainText(count === 1 ? text : `${text} (${count} trials)`));
}
