import { Command, Option } from "commander";
import { openStore } from "../../store/open-store.ts";
import type { QueryResult } from "../../store/query.ts";
import type { Store } from "../../store/store.ts";
import { DEFAULT_STORE, requireStore } from "../default-store.ts";
import { type Format, FORMATS, render } from "../render.ts";

const STATUSES = ["completed", "diverged", "failed", "interrupted"];

const EXAMPLES = `
Final loss and train accuracy are means over the last 5 % of readings (ten at least).

Examples:
  $ gradstream runs
  $ gradstream runs --experiment noisy-batchnorm --status completed
  $ gradstream runs --format json`;

interface RunsOptions {
  readonly store: string;
  readonly experiment?: string;
  readonly status?: string;
  readonly format: Format;
}

/** `gradstream runs`: a table of recorded runs, oldest first. */
export function runsCommand(): Command {
  return new Command("runs")
    .description("list recorded runs with their final numbers")
    .option("--store <file>", "the store to read", DEFAULT_STORE)
    .option("--experiment <name>", "only this experiment")
    .addOption(new Option("--status <status>", "only runs in this state").choices(STATUSES))
    .addOption(new Option("--format <format>", "how to print").choices(FORMATS).default("table"))
    .addHelpText("after", EXAMPLES)
    .action(async (options: RunsOptions) => {
      requireStore(options.store);
      const store = await openStore(options.store, { readOnly: true });
      try {
        const result = await listRuns(store, options);
        const empty = result.rows.length === 0 && options.format === "table";
        process.stdout.write(empty ? `${emptyText(options)}\n` : render(result, options.format));
      } finally {
        await store.close();
      }
    });
}

/**
 * Rows of `run_summary`; in a table, rounded to what a reader needs. Whoever can open the file knows that nobody writes
 * to it, so a run still `running` was cut off; the next writer records it as such.
 */
function listRuns(store: Store, { experiment, status, format }: RunsOptions): Promise<QueryResult> {
  const table = format === "table";
  const rounded = (column: string, digits: number): string => (table ? `round(${column}, ${digits})` : column);
  return store.query(
    `SELECT run_id, experiment, arm, seed, status, ${table ? "concat(steps_done, '/', steps)" : "steps_done"} AS steps,
       ${rounded("final_loss", 4)} AS final_loss, ${rounded("final_train_accuracy", 4)} AS train_accuracy,
       ${rounded("test_accuracy", 4)} AS test_accuracy, ${rounded("steps_per_second", 2)} AS "steps/s",
       ${table ? "strftime(started_at, '%Y-%m-%d %H:%M:%S')" : "started_at"} AS started_utc,
       ${table ? "round(seconds, 1) || ' s'" : "seconds"} AS took
     FROM (SELECT * REPLACE (if(status = 'running', 'interrupted', status) AS status) FROM run_summary)
     WHERE ($1 IS NULL OR experiment = $1) AND ($2 IS NULL OR status = $2)
     ORDER BY started_at, run_id`,
    [experiment ?? null, status ?? null],
  );
}

function emptyText({ store, experiment, status }: RunsOptions): string {
  const filters = [experiment && `of experiment ${experiment}`, status && `that is ${status}`].filter(Boolean);
  return filters.length > 0
    ? `No run ${filters.join(" ")} in ${store}.`
    : `No runs in ${store} yet: start one with gradstream run <pipeline>.`;
}
