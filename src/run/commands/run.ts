import { availableParallelism, hostname } from "node:os";
import { Command, Option } from "commander";
import { BACKENDS, type BackendName } from "../../backend/start.ts";
import { shareCores } from "../../backend/tensorflow/start.ts";
import type { DataSet } from "../../core/types.ts";
import { DATA_SETS, type DataSetName } from "../../data/index.ts";
import { chooseArms, MOST_STEPS, resolveHyper, SCALES, type Scale } from "../../experiment/experiment.ts";
import { attend } from "../attend.ts";
import { DEFAULT_STORE } from "../default-store.ts";
import { exitCode } from "../exit-code.ts";
import { loadPipeline } from "../load-pipeline.ts";
import { countUpTo, list, setting, ready, settingsOf } from "../options.ts";
import { ExperimentRunner } from "../run-experiment.ts";
import { liveLine, servingOptions, type ServingOptions } from "../serving.ts";
import { summary } from "../summary.ts";
import { codeVersion, fittedTo, listTrials, shared } from "../trials.ts";

const EXAMPLES = `
<pipeline> is a path, or the name of a pipeline that ships with gradstream.

Examples:
  $ gradstream run noisy-batchnorm
  $ gradstream run noisy-batchnorm --arm standard,batchNorm --seeds 3 --steps 300
  $ gradstream run pipelines/noisy-batchnorm.ts --set learningRate=0.5 --set width=16 --no-serve`;

interface RunOptions extends ServingOptions {
  readonly scale: Scale;
  readonly arm?: readonly string[];
  readonly seeds?: number;
  readonly steps?: number;
  readonly backend: BackendName | "auto";
  readonly data: DataSetName;
  readonly store: string;
  readonly set: Readonly<Record<string, string>>;
  readonly serve: boolean;
  readonly jobs?: number;
}

/** `gradstream run`: trains every arm of a pipeline, side by side, recorded and live. */
export function runCommand(): Command {
  const command = new Command("run")
    .description("train the arms of a pipeline, recording every reading")
    .argument("<pipeline>", "a TypeScript module whose default export is an experiment")
    .addOption(new Option("--scale <scale>", "size of networks and runs").choices(SCALES).default("quick"))
    .option("--arm <a,b>", "only these arms", list)
    .option("--seeds <n>", "run seeds 0 to n - 1 (default: the pipeline's)", countUpTo(10_000))
    .option("--steps <n>", "length of each run, the same as --set steps=n", countUpTo(MOST_STEPS))
    .addOption(new Option("--backend <name>", "what computes").choices(["auto", ...BACKENDS]).default("auto"))
    .addOption(new Option("--data <set>", "what to train on").choices(DATA_SETS).default("auto"))
    .option("--store <file>", "the DuckDB file that records the runs", DEFAULT_STORE)
    .option("--set <key=value>", "change a hyper-parameter (may be repeated)", setting, {})
    .option("--serve", "serve the live page while training (default)", true)
    .option("--no-serve", "no live page")
    .option("--jobs <n>", "trials that train at the same time (default: by cores)", countUpTo(1000))
    .addHelpText("after", EXAMPLES)
    .action(run);
  return servingOptions(command);
}

async function run(path: string, options: RunOptions): Promise<void> {
  const { name, file, experiment } = await loadPipeline(path);
  const hyper = resolveHyper(experiment, options.scale, settingsOf(options));
  const arms = chooseArms(experiment, hyper, options.arm);
  const trials = listTrials(arms, options.seeds ?? experiment.seeds ?? 1);
  const jobs = options.jobs ?? defaultJobs(Object.keys(arms).length);
  shareCores(availableParallelism(), Math.min(jobs, trials.length));
  const { backend, why, data, notes } = await ready(options);
  const say = (text: string) => process.stderr.write(`${text}\n`);

  await attend(
    options,
    ({ store, server, progress }) => {
      const runner = new ExperimentRunner({
        trials,
        basis: {
          ...{ experiment: name, pipeline: path, hyper: fittedTo(data, hyper), steps: hyper.steps },
          ...{ backend, dataset: data.name },
          ...{ codeVersion: codeVersion(), host: hostname() },
        },
        ...{ pipelineFile: file, data: shared(data), backend, store, hub: server?.hub, progress },
        jobs,
      });
      if (experiment.question) say(experiment.question);
      [...notes, ...store.notices].forEach(say);
      say(`${describe(trials.length, hyper.steps, data)}, into ${options.store}`);
      say(`backend ${backend} (${why})`);
      if (server) say(liveLine(server));
      return { stop: () => runner.stop(), run: () => runner.run() };
    },
    async (finished, store) => {
      process.stdout.write(await summary(store, options.store, finished));
      process.exitCode = exitCode(finished.map(({ outcome }) => outcome));
    },
  );
}

function describe(runs: number, steps: number, { name, train, test }: DataSet): string {
  return `${runs} ${runs === 1 ? "run" : "runs"} of ${steps} steps on ${name} (${train.count} images, ${test.count} test)`;
}

/** The arms of a seed train side by side where that is at most two to a core; otherwise as many as there are cores. */
export function defaultJobs(arms: number): number {
  const cores = availableParallelism();
  return arms <= 2 * cores ? Math.max(arms, cores) : cores;
}
