import { Command } from "commander";
import { UserError } from "../../core/errors.ts";
import { verifyArchive } from "../../store/archive/manifest.ts";
import { isFolder } from "../../store/make-folder.ts";
import { storeFile } from "../../store/place.ts";
import type { Imported } from "../../store/take-over.ts";
import { counted } from "../../view/numbers.ts";
import { requireStore } from "../command-line/default-store.ts";
import { openStore } from "../command-line/open-store.ts";
import { leftAlone } from "../command-line/left-alone.ts";
import { outputOptions, type OutputOptions } from "../command-line/output-options.ts";
import { withSources } from "../command-line/with-store.ts";
import { jsonText } from "../terminal/json-text.ts";

const HELP = `
Runs that are there already with the same content are left as they are; one that is there with other content is refused by
name, and nothing of its store is taken over. Runs that were removed from the first one stay away, unless --with-removed. Each store is taken over whole or not at all. Runs under way are left out, and
verdicts: judge again with gradstream report, claims of a pipeline with gradstream run. Archives count as stores. The stores that are read stay as they are.

Examples:
  $ gradstream merge results/all.duckdb results/monday.duckdb results/tuesday.duckdb
  $ gradstream merge results/all.duckdb results/archive --json`;

interface MergeOptions extends OutputOptions {
  readonly withRemoved?: boolean;
}

/** Makes `gradstream merge`, which takes over the runs of other stores. */
export function mergeCommand(): Command {
  const command = new Command("merge")
    .description("take over the runs of other stores into one")
    .argument("<into>", "the DuckDB file that takes them; made if it is not there")
    .argument("<from...>", "stores or archives whose runs it takes")
    .option("--with-removed", "also runs that were removed from the store")
    .addHelpText("after", HELP)
    .action(async (into: string, from: readonly string[], { withRemoved, json, quiet }: MergeOptions) => {
      // Before a store is made for nothing.
      for (const path of from) await checkSource(path, into);
      const store = await openStore(into);
      const taken: (Imported & { readonly from: string })[] = [];
      try {
        for (const path of from) {
          const one = await withSources([path], ([source]) => store.merge(source!, { withRemoved }));
          taken.push({ from: path, ...one });
          if (json || quiet) continue;
          process.stdout.write(`${counted(one.runs, "run")} of ${path} taken over into ${into}${leftAlone(one)}\n`);
        }
      } finally {
        await store.close();
      }
      if (json) process.stdout.write(jsonText({ store: into, sources: taken }));
    });
  return outputOptions(command, "errors alone");
}

async function checkSource(path: string, into: string): Promise<void> {
  requireStore(path);
  if (storeFile(path) === storeFile(into)) throw new UserError(`${path} cannot be merged into itself`);
  if (isFolder(storeFile(path))) await verifyArchive(storeFile(path), path);
}
