import { Command } from "commander";
import { verifyArchive } from "../../store/archive/manifest.ts";
import { counted } from "../../view/numbers.ts";
import { openStore } from "../command-line/open-store.ts";
import { DEFAULT_STORE } from "../command-line/default-store.ts";
import { leftAlone } from "../command-line/left-alone.ts";
import { outputOptions, type OutputOptions } from "../command-line/output-options.ts";
import { jsonText } from "../terminal/json-text.ts";

const HELP = `
Runs that the store has already are left as they are, so that an archive can be imported twice, and archives of several
machines into one store. Runs that were removed from it stay away, unless --with-removed. Archives are folders of Parquet, CSV or JSON lines. Verdicts are not taken over: judge again with
gradstream report, claims of a pipeline with gradstream run.

Examples:
  $ gradstream import results/archive
  $ gradstream export results/csv --format csv && gradstream import results/csv --store results/copy.duckdb
  $ gradstream import results/archive --store results/paper.duckdb && gradstream reproduce --scale small`;

interface ImportOptions extends OutputOptions {
  readonly store: string;
  readonly withRemoved?: boolean;
}

/** Makes `gradstream import`, which takes over the runs of an archive. */
export function importCommand(): Command {
  const command = new Command("import")
    .description("take over the runs of an archive into a store")
    .argument("<archive>", "the folder that gradstream export wrote")
    .option("--store <file>", "the DuckDB file that takes them; made if it is not there", DEFAULT_STORE)
    .option("--with-removed", "also runs that were removed from the store")
    .addHelpText("after", HELP)
    .action(async (archive: string, { store: path, withRemoved, json, quiet }: ImportOptions) => {
      // Before a store is made for nothing.
      await verifyArchive(archive);
      const store = await openStore(path);
      try {
        const taken = await store.importArchive(archive, { withRemoved });
        if (json) process.stdout.write(jsonText({ store: path, ...taken }));
        if (json || quiet) return;
        process.stdout.write(`${counted(taken.runs, "run")} taken over into ${path}${leftAlone(taken)}\n`);
      } finally {
        await store.close();
      }
    });
  return outputOptions(command, "errors alone");
}
