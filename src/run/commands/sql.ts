import { Command } from "commander";
import { DEFAULT_STORE } from "../command-line/default-store.ts";
import { formatOptions } from "../command-line/output-options.ts";
import { withStore } from "../command-line/with-store.ts";
import { type Format, render } from "../terminal/render.ts";

const EXAMPLES = `
Tables: run, reading, histogram, event, claim, paper_curve. Views: run_summary, curve, latest_run.

Examples:
  $ gradstream sql "FROM run_summary"
  $ gradstream sql "SELECT arm, avg(test_accuracy) FROM run_summary GROUP BY arm ORDER BY 2 DESC"
  $ gradstream sql "SELECT step, value FROM curve WHERE arm = 'batchNorm' AND stat = 'loss'" --format csv > loss.csv
  $ gradstream sql "SELECT \\"at\\", level, message FROM event" --format json`;

/** Makes `gradstream sql`, which runs SQL over a store opened for reading and prints the result. */
export function sqlCommand(): Command {
  const command = new Command("sql")
    .description("run SQL over what was recorded and print the result")
    .argument("<query>", "one SQL statement, DuckDB's dialect")
    .option("--store <file>", "the store to read", DEFAULT_STORE)
    .addHelpText("after", EXAMPLES)
    .action(async (query: string, options: { store: string; format: Format }) => {
      const result = await withStore(options.store, (store) => store.query(query));
      process.stdout.write(render(result, options.format));
    });
  return formatOptions(command);
}
