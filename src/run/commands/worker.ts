import { availableParallelism } from "node:os";
import { Command, Option } from "commander";
import { work, type WorkerCommandOptions } from "../../sweep/command/work.ts";
import { countUpTo } from "../command-line/options.ts";

const HELP = `
A worker trains until the sweep is over. SIGTERM, SIGUSR2 or Ctrl-C makes it write checkpoints, give back what it
trains, and end; a second one ends it at once.

Examples:
  $ gradstream worker --queue redis://queue:6379 --results /shared/sweeps/20261128T031200-3fa9
  $ gradstream worker --queue redis://queue:6379 --results "http://planner:8300#token" --jobs 4

Exit codes:
  0    the sweep is over, or the worker was told to end
  1    it could not go on
  2    bad input, or the worker is of other code than the sweep
  3    the queue was out of reach for too long`;

/** Makes `gradstream worker`, which trains trials of a sweep that another process plans. */
export function workerCommand(): Command {
  return new Command("worker")
    .description("train trials of a sweep that another machine plans")
    .option("--queue <url>", "the queue of the sweep: redis://… or postgres://…")
    .addOption(new Option("--slurm", "the trials of the Slurm task that this is").conflicts("queue"))
    .requiredOption("--results <where>", "where results go: the sweep's folder, or the URL that its command printed")
    .option("--jobs <n>", "trials that train at the same time (default: one a core)", countUpTo(1000))
    .addHelpText("after", HELP)
    .action((options: WorkerCommandOptions) => work(options, options.jobs ?? availableParallelism()));
}
