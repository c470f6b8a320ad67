import { hostname } from "node:os";
import { Command, Option } from "commander";
import { UserError } from "../../core/errors.ts";
import { writeSafetensors } from "../../formats/write-safetensors.ts";
import type { Written } from "../../formats/write-each-run.ts";
import { writeTensorboard } from "../../formats/write-tensorboard.ts";
import { type Encoding, ENCODINGS } from "../../store/archive/encoding.ts";
import { writeArchive } from "../../store/archive/write-archive.ts";
import type { Store } from "../../store/store.ts";
import { PAPER_EXTENSIONS } from "../../paper/papers.ts";
import { counted } from "../../view/numbers.ts";
import { chosenBy, type ChoiceOptions, choiceOptions } from "../command-line/choice-options.ts";
import { DEFAULT_STORE } from "../command-line/default-store.ts";
import { outputOptions, type OutputOptions } from "../command-line/output-options.ts";
import { withStore } from "../command-line/with-store.ts";
import { Interrupted } from "../terminal/interrupted.ts";
import { jsonText } from "../terminal/json-text.ts";
import { onInterrupt } from "../process/interrupt.ts";
import { machine } from "../process/machine.ts";
import { versions } from "../process/versions.ts";

/** What the files of each format are called. */
const FILES = {
  parquet: "Parquet",
  csv: "CSV",
  jsonl: "JSON lines",
  tensorboard: "TensorBoard",
  safetensors: "safetensors",
} as const;

type ExportFormat = keyof typeof FILES;

const HELP = `
An archive is a folder of Parquet files with a manifest (machine, versions, rows, hashes). It holds the runs that completed or
diverged, with all that they recorded. Machines are named by what they are, not by their host names. Every command that
reads a store reads an archive, by the name of its folder; import takes its runs over into a store.

As csv and jsonl an archive has a file a table, with every digit of a number, NaN and inf by their names and times in UTC.
As tensorboard there is a file of events a run, as safetensors a file a run with the steps and values of each series; these two
go into a new folder, by experiment, arm and seed.

Examples:
  $ gradstream export results/archive
  $ gradstream sql "FROM run_summary" --store results/archive
  $ duckdb -c "SELECT count(*) FROM 'results/archive/reading-*.parquet'"
  $ gradstream export results/board --format tensorboard --experiment noisy-batchnorm
  $ gradstream export results/table --format csv --arm standard,batchNorm
  $ gradstream export results/tensors --format safetensors --run noisy-batchnorm/standard/0`;

interface ExportOptions extends OutputOptions, ChoiceOptions {
  readonly store: string;
  readonly format: ExportFormat;
}

/** Makes `gradstream export`, which writes a store's finished runs as files of a format. */
export function exportCommand(): Command {
  const command = new Command("export")
    .description("write the finished runs of a store as a folder of Parquet or other files")
    .argument("<folder>", "where they go; an archive that is there is replaced")
    .option("--store <file>", "the store to read", DEFAULT_STORE)
    .addOption(new Option("--format <format>", "of what files").choices(Object.keys(FILES)).default("parquet"));
  choiceOptions(command)
    .addHelpText("after", HELP)
    .action(async (folder: string, options: ExportOptions) => {
      const { store: path, format, json, quiet } = options;
      const stop = new AbortController();
      const write = () => withStore(path, (store) => written(store, folder, options, stop.signal));
      const { runs, files, bytes } = await onInterrupt(() => stop.abort(), write).catch((error: unknown) => {
        if (stop.signal.aborted && error instanceof UserError) throw new Interrupted(error.message);
        throw error;
      });
      if (json) process.stdout.write(jsonText({ folder, format, runs, files, bytes }));
      if (json || quiet) return;
      process.stdout.write(
        `${counted(runs, "run")} in ${folder}: ${files} ${FILES[format]} files, ${(bytes / 1e6).toFixed(1)} MB\n`,
      );
    });
  return outputOptions(command, "errors alone");
}

async function written(store: Store, folder: string, options: ExportOptions, signal: AbortSignal): Promise<Written> {
  const { format } = options;
  const choice = chosenBy(options);
  if (format === "tensorboard") return writeTensorboard(store, folder, choice, signal);
  if (format === "safetensors") return writeSafetensors(store, folder, choice, signal);
  const { files } = await writeArchive(store, folder, {
    machine: machine(),
    host: hostname(),
    versions: versions(),
    tables: PAPER_EXTENSIONS.flatMap(({ results = [] }) => results),
    encoding: ENCODINGS.find((one): one is Encoding => one === format)!,
    choice,
    signal,
  });
  const all = Object.entries(files);
  return {
    runs: all.find(([, { table }]) => table === "run")![1].rows,
    files: all.length,
    bytes: all.reduce((sum, [, file]) => sum + file.bytes, 0),
  };
}
