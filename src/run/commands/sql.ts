import { Command } from "commander";
import { formatOptions } from "../command-line/output-options.ts";
import { storesOf, storesOption } from "../command-line/stores-option.ts";
import { withStores } from "../command-line/with-store.ts";
import { type Format, render } from "../terminal/render.ts";

const EXAMPLES = `
Tables: run, reading, histogram, event, claim, paper_curve, sweep, trial, attempt. Views: run_summary, curve, latest_run,
sweep_result. Of several stores run,
reading, histogram and event have a column store more; a run that several have is taken from the first.

Examples:
  $ gradstream sql "FROM run_summary"
  $ gradstream sql "SELECT arm, avg(test_accuracy) FROM run_summary GROUP BY arm ORDER BY 2 DESC"
  $ gradstream sql "SELECT step, value FROM curve WHERE arm = 'batchNorm' AND stat = 'loss'" --format csv > loss.csv
  $ gradstream sql "SELECT store, count(*) FROM run GROUP BY store" --store 'results/*.duckdb'
  $ gradstream sql "SELECT \\"at\\", level, message FROM event" --format json`;

/** Makes `gradstream sql`, which runs SQL over a store opened for reading and prints the result. */
export function sqlCommand(): Command {
  const command = new Command("sql")
    .description("run SQL over what was recorded and print the result")
    .argument("<query>", "one SQL statement, DuckDB's dialect")
    .addOption(storesOption())
    .addHelpText("after", EXAMPLES)
    .action(async (query: string, options: { store: string | readonly string[]; format: Format }) => {
      const result = await withStores(storesOf(options.store), (store) => store.query(query));
      process.stdout.write(render(result, options.format));
    });
  return formatOptions(command);
}
