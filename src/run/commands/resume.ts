import { availableParallelism } from "node:os";
import { Command } from "commander";
import { shareCores } from "../../backend/tensorflow/start.ts";
import type { Store } from "../../store/store.ts";
import { DEFAULT_STORE, requireStore } from "../command-line/default-store.ts";
import { exitCode, EXIT_CODES } from "../command-line/exit-code.ts";
import { type CheckpointEvery, checkpointOption, countUpTo } from "../command-line/options.ts";
import { attend } from "../runner/attend.ts";
import { chooseResumed } from "../runner/choose-resumed.ts";
import { prepareResumed, type ResumedGroup, ResumeRunner } from "../runner/resume-runs.ts";
import { summary } from "../runner/summary.ts";
import { liveLine, trainingServingOptions, type TrainingServingOptions } from "../serving/serving.ts";
import { say } from "../terminal/say.ts";

const HELP = `
A run goes on from its newest checkpoint, on the same backend and data, under the same id, and reads from then on what it
would have read without the interruption. What was recorded after the checkpoint is recorded anew. Without a checkpoint it
starts again from step 0.

Examples:
  $ gradstream resume
  $ gradstream resume --all
  $ gradstream resume noisy-batchnorm/standard/0/20260103T101500-1a2b
${EXIT_CODES}`;

interface ResumeOptions extends TrainingServingOptions {
  readonly store: string;
  readonly all?: boolean;
  readonly force?: boolean;
  readonly jobs?: number;
  readonly checkpointEvery: CheckpointEvery;
}

/** Makes `gradstream resume`, which goes on with runs that were interrupted. */
export function resumeCommand(): Command {
  const command = new Command("resume")
    .description("go on with runs that were interrupted, from their checkpoints")
    .argument("[run]", "a run id or its beginning (default: the latest that was interrupted)")
    .option("--store <file>", "the DuckDB file that records the runs", DEFAULT_STORE)
    .option("--all", "go on with all that were interrupted")
    .option("--force", "go on although the code has changed")
    .option("--jobs <n>", "trials that train at the same time (default: one a core)", countUpTo(1000))
    .addOption(checkpointOption())
    .addHelpText("after", HELP)
    .action(resume);
  return trainingServingOptions(command);
}

async function resume(id: string | undefined, options: ResumeOptions): Promise<void> {
  requireStore(options.store);
  const jobs = options.jobs ?? availableParallelism();
  let groups: readonly ResumedGroup[] = [];
  const prepare = async (store: Store): Promise<void> => {
    store.notices.forEach(say);
    const runs = await chooseResumed(store, { id, all: options.all });
    shareCores(availableParallelism(), Math.min(jobs, runs.length));
    groups = await prepareResumed({ store, runs, force: options.force ?? false, say });
  };
  await attend(
    { ...options, prepare },
    ({ store, server, progress }) => {
      const { checkpointEvery } = options;
      const runner = new ResumeRunner(groups, { store, hub: server?.hub, progress, jobs, checkpointEvery });
      if (server) say(liveLine(server));
      return { stop: () => runner.stop(), run: () => runner.run() };
    },
    async (finished, store, recordedIn) => {
      process.stdout.write(await summary(store, recordedIn, finished));
      process.exitCode = exitCode(finished.map(({ outcome }) => outcome));
    },
  );
}
