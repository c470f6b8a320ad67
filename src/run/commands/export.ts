import { hostname } from "node:os";
import { Command } from "commander";
import { writeArchive } from "../../store/archive/write-archive.ts";
import { PAPER_EXTENSIONS } from "../../paper/papers.ts";
import { counted } from "../../view/numbers.ts";
import { DEFAULT_STORE } from "../command-line/default-store.ts";
import { outputOptions, type OutputOptions } from "../command-line/output-options.ts";
import { withStore } from "../command-line/with-store.ts";
import { jsonText } from "../terminal/json-text.ts";
import { onInterrupt } from "../process/interrupt.ts";
import { machine } from "../process/machine.ts";
import { versions } from "../process/versions.ts";

const HELP = `
An archive is a folder of Parquet files with a manifest (machine, versions, rows, hashes). It holds the runs that completed or
diverged, with all that they recorded. Machines are named by what they are, not by their host names. Every command that
reads a store reads an archive, by the name of its folder; import takes its runs over into a store.

Examples:
  $ gradstream export results/archive
  $ gradstream sql "FROM run_summary" --store results/archive
  $ duckdb -c "SELECT count(*) FROM 'results/archive/reading-*.parquet'"`;

interface ExportOptions extends OutputOptions {
  readonly store: string;
}

/** Makes `gradstream export`, which writes a store's finished runs as Parquet files. */
export function exportCommand(): Command {
  const command = new Command("export")
    .description("write the finished runs of a store as a folder of Parquet files")
    .argument("<folder>", "where they go; an archive that is there is replaced")
    .option("--store <file>", "the store to read", DEFAULT_STORE)
    .addHelpText("after", HELP)
    .action(async (folder: string, { store: path, json, quiet }: ExportOptions) => {
      const stop = new AbortController();
      const write = () =>
        withStore(path, (store) =>
          writeArchive(store, folder, {
            machine: machine(),
            host: hostname(),
            versions: versions(),
            tables: PAPER_EXTENSIONS.flatMap(({ results = [] }) => results),
            signal: stop.signal,
          }),
        );
      const { files } = await onInterrupt(() => stop.abort(), write);
      const all = Object.values(files);
      const runs = files["run.parquet"]!.rows;
      const bytes = all.reduce((sum, file) => sum + file.bytes, 0);
      if (json) process.stdout.write(jsonText({ folder, runs, files: all.length, bytes }));
      if (json || quiet) return;
      process.stdout.write(
        `${counted(runs, "run")} in ${folder}: ${all.length} Parquet files, ${(bytes / 1e6).toFixed(1)} MB\n`,
      );
    });
  return outputOptions(command, "errors alone");
}
