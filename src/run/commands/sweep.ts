import { availableParallelism } from "node:os";
import { Command, Option } from "commander";
import { MOST_STEPS } from "../../experiment/experiment.ts";
import type { SweepCommandOptions } from "../../sweep/command/options.ts";
import { sweepPipeline } from "../../sweep/command/sweep-pipeline.ts";
import { parseAxis, type SweepAxis } from "../../sweep/plan/axis.ts";
import { DEFAULT_STORE } from "../command-line/default-store.ts";
import { EXIT_CODES } from "../command-line/exit-code.ts";
import {
  backendOption,
  checkpointOption,
  countUpTo,
  dataOption,
  list,
  scaleOption,
  seedOptions,
  setting,
  wholeNumber,
} from "../command-line/options.ts";
import { outputOptions } from "../command-line/output-options.ts";
import { trainingServingOptions } from "../serving/serving.ts";

const HELP = `
<pipeline> is a path, or the name of a pipeline that ships with gradstream. Without --grid it sweeps what the pipeline
says in its field sweep. A trial that is recorded already, by this code, is not trained again.

Examples:
  $ gradstream sweep noisy-batchnorm --grid learningRate=0.01,0.1,0.5 --grid arm=standard,batchNorm --seeds 5
  $ gradstream sweep noisy-batchnorm --grid learningRate=0.001..1:log --random 20 --jobs 4
  $ gradstream sweep noisy-batchnorm --grid learningRate=0.001..1:log --random 27 --halving test_accuracy
  $ gradstream sweep noisy-batchnorm --grid learningRate=0.001..1:log --random 50 --early-stop median --grace 200
  $ gradstream sweep noisy-batchnorm --resume
  $ gradstream sweep noisy-batchnorm --only-failed
  $ gradstream sweep noisy-batchnorm --grid learningRate=0.01,0.1 --queue redis://queue:6379 --place /shared/sweeps
  $ gradstream sweep noisy-batchnorm --grid learningRate=0.01,0.1 --slurm --sbatch=--time=60 --place /shared/sweeps
${EXIT_CODES}`;

/** Makes `gradstream sweep`, which trains a pipeline at every combination of values. */
export function sweepCommand(): Command {
  const command = new Command("sweep")
    .description("train a pipeline at many hyper-parameters, on all cores or many machines")
    .argument("<pipeline>", "a TypeScript module whose default export is an experiment")
    .addOption(
      new Option("--grid <key=a,b>", "values of a hyper-parameter, or of arm; or a range low..high (may be repeated)")
        .argParser(axis)
        .default([], "what the pipeline sweeps"),
    )
    .option("--random <n>", "draw so many combinations instead of trying all", countUpTo(100_000))
    .option("--halving <stat>", "train the best further, round by round: loss, test_accuracy, l2:min …")
    .option("--eta <n>", "with --halving: of so many one goes on, with so many times the budget", countUpTo(100), 3)
    .addOption(
      new Option("--rungs <what>", "with --halving: what rounds have less of")
        .choices(["steps", "seeds"])
        .default("steps"),
    )
    .addOption(
      new Option(
        "--early-stop <rule>",
        "stop what is worse than the median, or diverges: median:loss (may be repeated)",
      )
        .argParser(more)
        .default([], "what the pipeline says"),
    )
    .option(
      "--grace <steps>",
      "with --early-stop: steps that each trial has (default: a tenth of its steps)",
      wholeNumber,
    )
    .addOption(scaleOption())
    .option("--arm <a,b>", "only these arms", list)
    .option("--steps <n>", "length of each run, the same as --set steps=n", countUpTo(MOST_STEPS))
    .addOption(
      new Option("--set <key=value>", "change a hyper-parameter of all trials (may be repeated)")
        .argParser(setting)
        .default({}, "none"),
    )
    .addOption(backendOption())
    .addOption(dataOption())
    .option("--store <file>", "the DuckDB file that records the runs", DEFAULT_STORE)
    .option("--jobs <n>", "trials that train here at the same time (default: one a core; none with --queue)", jobCount)
    .option("--retries <n>", "how often a failed trial is tried again, from its last checkpoint", wholeNumber, 2)
    .addOption(checkpointOption())
    .option("--yes", "more than 1000 trials without asking")
    .option("--resume [sweep]", "go on with a sweep that was interrupted (default: the newest)")
    .addOption(
      new Option("--only-failed [sweep]", "try the failed trials of a sweep again (default: the newest)").conflicts(
        "resume",
      ),
    )
    .option("--queue <url>", "hand trials to workers through redis://… or postgres://…")
    .addOption(new Option("--slurm", "hand trials to workers that Slurm starts").conflicts("queue"))
    .addOption(
      new Option(
        "--sbatch <option>",
        "with --slurm: an option for its tasks, --sbatch=--partition=gpu (may be repeated)",
      )
        .argParser(more)
        .default([], "none"),
    )
    .option("--place <folder>", "where workers put results (default: beside the store)")
    .option("--receive <host:port>", "take results over HTTP from workers that do not share that folder")
    .addHelpText("after", HELP)
    .action(async (path: string, options: SweepCommandOptions) => {
      await sweepPipeline(path, options, options.jobs ?? (options.queue || options.slurm ? 0 : availableParallelism()));
    });
  outputOptions(command, "no progress: errors and the last line alone");
  return trainingServingOptions(
    seedOptions(command, 10_000, "seeds 0 to n - 1 of each combination (default: the pipeline's)"),
  );
}

const more = (text: string, all: readonly string[]): readonly string[] => [...all, text];
const axis = (text: string, all: readonly SweepAxis[]): readonly SweepAxis[] => [...all, parseAxis(text)];

/** Parses a number of jobs, 0 for none. @throws {InvalidArgumentError} for any other text. */
const jobCount = (text: string): number => (text === "0" ? 0 : countUpTo(1000)(text));
