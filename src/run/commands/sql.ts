import { Command } from "commander";
import { SQL_NAMES } from "../command-line/sql-names.ts";
import { formatOptions } from "../command-line/output-options.ts";
import { storesOf, storesOption } from "../command-line/stores-option.ts";
import { withStores } from "../command-line/with-store.ts";
import { type Format, render } from "../terminal/render.ts";

/** Writes names in lines of at most 100 letters behind a title. */
function listed(title: string, names: readonly string[]): string {
  const lines: string[] = [];
  for (const name of names) {
    const longer = lines.length > 0 ? `${lines.at(-1)!}, ${name}` : name;
    if (lines.length > 0 && longer.length < 98) lines[lines.length - 1] = longer;
    else lines.push(name);
  }
  return `${title}\n  ${lines.join(",\n  ")}`;
}

const EXAMPLES = `
${listed("Tables:", SQL_NAMES.tables)}
${listed("Views:", SQL_NAMES.views)}
${listed("Views of the paper's runs, as claims and figures take them:", SQL_NAMES.papers)}
${listed("Views of its figures, ours beside the paper's:", SQL_NAMES.figures)}

Of several stores run, reading, histogram and event have a column store more; a run that several have is taken from the
first.

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
