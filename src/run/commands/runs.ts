import { Command } from "commander";
import { UserError } from "../../core/errors.ts";
import { plainText } from "../../core/plain-text.ts";
import type { QueryResult } from "../../store/query.ts";
import { records } from "../../store/records.ts";
import type { Store } from "../../store/store.ts";
import { statusOption } from "../command-line/choice-options.ts";
import { formatOptions, type FormatOptions } from "../command-line/output-options.ts";
import { storesOf, storesOption } from "../command-line/stores-option.ts";
import { withStores } from "../command-line/with-store.ts";
import { render, cellText } from "../terminal/render.ts";

const EXAMPLES = `
Final loss and train accuracy are means over the last 5 % of readings (ten at least). Steps are those done: of a run that
diverged, the steps before the one whose loss is not finite, as many as that one's number. With a run id: all that is
recorded of that run, its optimizer, loss and probes included; csv and json have these of every run.

Examples:
  $ gradstream runs
  $ gradstream runs --experiment noisy-batchnorm --status completed
  $ gradstream runs --json
  $ gradstream runs --quiet --status failed
  $ gradstream runs --tag good
  $ gradstream runs --store results/monday.duckdb --store results/archive
  $ gradstream runs noisy-batchnorm/standard/0/20260103T101500-1a2b`;

interface RunsOptions extends FormatOptions {
  readonly store: string | readonly string[];
  readonly experiment?: string;
  readonly status?: string;
  readonly tag?: string;
  readonly quiet?: boolean;
}

/** Makes `gradstream runs`, which prints a table of recorded runs, oldest first. */
export function runsCommand(): Command {
  const command = new Command("runs")
    .description("list recorded runs with their final numbers, or show one with all that is recorded of it")
    .argument("[run]", "a run id: show that run")
    .addOption(storesOption())
    .option("--experiment <name>", "only this experiment")
    .addOption(statusOption("running"))
    .option("--tag <tag>", "only runs that have this tag")
    .option("--quiet", "only the ids of the runs, a line each")
    .addHelpText("after", EXAMPLES)
    .action(async (run: string | undefined, options: RunsOptions) => {
      const show = (store: Store) => (run === undefined ? showRuns(store, options) : showRun(store, run, options));
      process.stdout.write(await withStores(storesOf(options.store), show));
    });
  return formatOptions(command);
}

async function showRuns(store: Store, options: RunsOptions): Promise<string> {
  const result = await listRuns(store, options);
  if (isBrief(options)) return idsOf(result).map(idLine).join("");
  const isEmpty = result.rows.length === 0 && options.format === "table";
  return isEmpty ? `${emptyText(store.path, options)}\n` : render(result, options.format);
}

/** Selects rows of `run_summary`; in a table, rounded to what a reader needs. */
async function listRuns(store: Store, options: RunsOptions): Promise<QueryResult> {
  const { store: asked, experiment, status, tag, format } = options;
  const many = storesOf(asked).length > 1;
  const table = format === "table";
  const [said] = await records(store, "SELECT bool_or(note IS NOT NULL OR tags IS NOT NULL) AS any FROM run");
  const notes =
    table && said?.["any"] === true
      ? ", coalesce(array_to_string(tags, ', '), '') AS tags, coalesce(note, '') AS note"
      : "";
  const rounded = (column: string, digits: number): string => (table ? `round(${column}, ${digits})` : column);
  return store.query(
    `SELECT ${many ? "store, " : ""}run_id, experiment, arm, seed, status, ${table ? "concat(steps_done, '/', steps)" : "steps_done"} AS steps,
       ${rounded("final_loss", 4)} AS final_loss, ${rounded("final_train_accuracy", 4)} AS train_accuracy,
       ${rounded("test_accuracy", 4)} AS test_accuracy, ${rounded("steps_per_second", 2)} AS "steps/s",
       ${table ? "strftime(started_at, '%Y-%m-%d %H:%M:%S')" : "started_at"} AS started_utc,
       ${table ? `round(seconds, 1) || ' s' AS took${notes}` : `seconds AS took, ${RECORDED}`}
     FROM run_summary JOIN (SELECT run_id, ${many ? "store, " : ""}${RECORDED} FROM run) USING (run_id)
     WHERE ($1 IS NULL OR experiment = $1) AND ($2 IS NULL OR status = $2)
       AND ($3 IS NULL OR list_contains(tags, $3))
     ORDER BY started_at, run_id`,
    [experiment ?? null, status ?? null, tag ?? null],
  );
}

/** What a run trained, beside what it is called and how it ended. */
const RECORDED = "dataset, network, optimizer, loss_name, activations, probes, backend_detail, note, tags";

/** Writes everything that is recorded of one run, a line each. @throws {UserError} when there is no such run. */
async function showRun(store: Store, id: string, options: RunsOptions): Promise<string> {
  const { format } = options;
  const { columns, rows } = await store.query(
    `SELECT run.*${format === "table" ? " EXCLUDE (layers)" : ""}, steps_done, final_loss, final_train_accuracy, test_accuracy, steps_per_second, seconds
     FROM run JOIN run_summary USING (run_id) WHERE run_id = $1`,
    [id],
  );
  const row = rows[0];
  if (row === undefined) throw new UserError(`runs: no run ${id} in ${store.path}; gradstream runs lists them`);
  if (isBrief(options)) return idLine(id);
  if (format !== "table") return render({ columns, rows }, format);
  const filled = columns.flatMap(({ name }, i) => (row[i] === null ? [] : [[name, row[i]] as const]));
  const width = Math.max(...filled.map(([name]) => name.length));
  return filled.map(([name, value]) => `${name.padEnd(width)}  ${plainText(cellText(value))}\n`).join("");
}

/** What is asked for as CSV or JSON is given whole. */
const isBrief = ({ quiet, format }: RunsOptions): boolean => quiet === true && format === "table";

const idsOf = ({ columns, rows }: QueryResult): unknown[] => {
  const at = columns.findIndex(({ name }) => name === "run_id");
  return rows.map((row) => row[at]);
};

const idLine = (id: unknown): string => `${plainText(String(id))}\n`;

function emptyText(store: string, { experiment, status, tag }: RunsOptions): string {
  const filters = [
    experiment && `of experiment ${experiment}`,
    status && `that is ${status}`,
    tag && `with the tag ${tag}`,
  ].filter(Boolean);
  return filters.length > 0
    ? `No run ${filters.join(" ")} in ${store}.`
    : `No runs in ${store} yet: start one with gradstream run <pipeline>.`;
}
