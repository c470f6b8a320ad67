import { hostname } from "node:os";
import { Command } from "commander";
import { writeArchive } from "../../store/archive/write-archive.ts";
import { openStore } from "../command-line/open-store.ts";
import { DEFAULT_STORE, requireStore } from "../command-line/default-store.ts";
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

/** Makes `gradstream export`, which writes a store's finished runs as Parquet files. */
export function exportCommand(): Command {
  return new Command("export")
    .description("write the finished runs of a store as a folder of Parquet files")
    .argument("<folder>", "where they go; an archive that is there is replaced")
    .option("--store <file>", "the store to read", DEFAULT_STORE)
    .addHelpText("after", HELP)
    .action(async (folder: string, { store: path }: { readonly store: string }) => {
      requireStore(path);
      const store = await openStore(path, { readOnly: true });
      try {
        const { files } = await writeArchive(store, folder, {
          machine: machine(),
          host: hostname(),
          versions: versions(),
        });
        const all = Object.values(files);
        const runs = files["run.parquet"]!.rows;
        const bytes = all.reduce((sum, file) => sum + file.bytes, 0);
        process.stdout.write(
          `${runs} ${runs === 1 ? "run" : "runs"} in ${folder}: ${all.length} Parquet files, ${(bytes / 1e6).toFixed(1)} MB\n`,
        );
      } finally {
        await store.close();
      }
    });
}
