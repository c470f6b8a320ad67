import { availableParallelism, hostname } from "node:os";
import { fileURLToPath } from "node:url";
import { Command, InvalidArgumentError, Option } from "commander";
import { BACKENDS, chooseBackend, startBackend, type BackendName, type Choice } from "../../backend/start.ts";
import { shareCores } from "../../backend/tensorflow/start.ts";
import type { DataSet } from "../../core/types.ts";
import { DATA_SETS, openDataSet, type DataSetName } from "../../data/index.ts";
import { chooseArms, MOST_STEPS, resolveHyper, SCALES, type Scale } from "../../experiment/experiment.ts";
import { DEFAULT_PORT, startServer, type FeedServer } from "../../feed/server.ts";
import { openStore } from "../../store/open-store.ts";
import type { Store } from "../../store/store.ts";
import { DEFAULT_STORE } from "../default-store.ts";
import { exitCode } from "../exit-code.ts";
import { onInterrupt } from "../interrupt.ts";
import { loadPipeline } from "../load-pipeline.ts";
import { Progress } from "../progress.ts";
import { ExperimentRunner, type Finished } from "../run-experiment.ts";
import { summary } from "../summary.ts";
import { codeVersion, listTrials, shared } from "../trials.ts";

const DASHBOARDS = fileURLToPath(new URL("../../../dashboards", import.meta.url));

const EXAMPLES = `
<pipeline> is a path, or the name of a pipeline that ships with gradstream.

Examples:
  $ gradstream run noisy-batchnorm
  $ gradstream run noisy-batchnorm --arm standard,batchNorm --seeds 3 --steps 300
  $ gradstream run pipelines/noisy-batchnorm.ts --set learningRate=0.5 --set width=16 --no-serve`;

interface RunOptions {
  readonly scale: Scale;
  readonly arm?: readonly string[];
  readonly seeds?: number;
  readonly steps?: number;
  readonly backend: BackendName | "auto";
  readonly data: DataSetName;
  readonly store: string;
  readonly set: Readonly<Record<string, string>>;
  readonly serve: boolean;
  readonly port: number;
  readonly jobs?: number;
}

/** `gradstream run`: trains every arm of a pipeline, side by side, recorded and live. */
export function runCommand(): Command {
  return new Command("run")
    .description("train the arms of a pipeline, recording every reading")
    .argument("<pipeline>", "a TypeScript module whose default export is an experiment")
    .addOption(new Option("--scale <scale>", "size of networks and runs").choices(SCALES).default("quick"))
    .option("--arm <a,b>", "only these arms", (text) => text.split(",").map((name) => name.trim()))
    .option("--seeds <n>", "run seeds 0 to n - 1 (default: the pipeline's)", countUpTo(10_000))
    .option("--steps <n>", "length of each run, the same as --set steps=n", countUpTo(MOST_STEPS))
    .addOption(new Option("--backend <name>", "what computes").choices(["auto", ...BACKENDS]).default("auto"))
    .addOption(new Option("--data <set>", "what to train on").choices(DATA_SETS).default("auto"))
    .option("--store <file>", "the DuckDB file that records the runs", DEFAULT_STORE)
    .option("--set <key=value>", "change a hyper-parameter (may be repeated)", setting, {})
    .option("--serve", "serve the live page while training (default)", true)
    .option("--no-serve", "no live page")
    .option("--port <n>", "port of the live page; the next free one if it is taken", portNumber, DEFAULT_PORT)
    .option("--jobs <n>", "trials that train at the same time (default: by cores)", countUpTo(1000))
    .addHelpText("after", EXAMPLES)
    .action(run);
}

async function run(path: string, options: RunOptions): Promise<void> {
  const { name, file, experiment } = await loadPipeline(path);
  const settings = { ...options.set, ...(options.steps ? { steps: String(options.steps) } : {}) };
  const hyper = resolveHyper(experiment, options.scale, settings);
  const arms = chooseArms(experiment, hyper, options.arm);
  const trials = listTrials(arms, options.seeds ?? experiment.seeds ?? 1);
  const jobs = options.jobs ?? defaultJobs(Object.keys(arms).length);
  shareCores(availableParallelism(), Math.min(jobs, trials.length));
  const { name: backend, why } = await startOrChoose(options.backend);
  const { data, note } = await openDataSet(options.data, { env: process.env, cwd: process.cwd() });
  const say = (text: string) => process.stderr.write(`${text}\n`);

  const store = await openStore(options.store);
  try {
    const server = options.serve
      ? await startServer({ store, port: options.port, dashboardsDir: DASHBOARDS })
      : undefined;
    if (experiment.question) say(experiment.question);
    [...(note ? [note] : []), ...store.notices].forEach(say);
    const progress = new Progress(process.stderr);
    try {
      const runner = new ExperimentRunner({
        trials,
        basis: {
          ...{ experiment: name, pipeline: path, hyper, steps: hyper.steps, backend, dataset: data.name },
          ...{ codeVersion: codeVersion(), host: hostname() },
        },
        ...{ pipelineFile: file, data: shared(data), backend, store, hub: server?.hub, progress },
        jobs,
      });
      const finished = await onInterrupt(
        () => {
          progress.note("stopping after the current step … (Ctrl-C again to leave at once)");
          runner.stop();
        },
        () => {
          say(`${describe(trials.length, hyper.steps, data)}, into ${options.store}`);
          say(`backend ${backend} (${why})`);
          if (server) say(`live: ${server.url}${isMoved(server) ? ` (port ${server.requestedPort} is taken)` : ""}`);
          return runner.run();
        },
      );
      progress.close();
      await report(store, options.store, finished);
    } finally {
      progress.close();
      await server?.close();
    }
  } finally {
    await store.close();
  }
}

/** A backend asked for by name starts or fails; `auto` says what it took, and why not a faster one. */
async function startOrChoose(name: BackendName | "auto"): Promise<Choice> {
  if (name === "auto") return chooseBackend();
  return { name: await startBackend(name), why: "as asked" };
}

function describe(runs: number, steps: number, { name, train, test }: DataSet): string {
  return `${runs} ${runs === 1 ? "run" : "runs"} of ${steps} steps on ${name} (${train.count} images, ${test.count} test)`;
}

const isMoved = ({ port, requestedPort }: FeedServer): boolean => requestedPort !== 0 && port !== requestedPort;

/** The arms of a seed train side by side where that is at most two to a core; otherwise as many as there are cores. */
function defaultJobs(arms: number): number {
  const cores = availableParallelism();
  return arms <= 2 * cores ? Math.max(arms, cores) : cores;
}

async function report(store: Store, path: string, finished: readonly Finished[]): Promise<void> {
  process.stdout.write(await summary(store, path, finished));
  process.exitCode = exitCode(finished.map(({ outcome }) => outcome));
}

function countUpTo(most: number): (text: string) => number {
  return (text) => {
    if (/^[1-9]\d*$/.test(text) && Number(text) <= most) return Number(text);
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${most}.`);
  };
}

function portNumber(text: string): number {
  if (/^\d+$/.test(text) && Number(text) <= 65535) return Number(text);
  throw new InvalidArgumentError("It must be a port number, 0 (any free one) to 65535.");
}

/** Parses `key=value`, repeatable. */
export function setting(text: string, all: Readonly<Record<string, string>>): Record<string, string> {
  const at = text.indexOf("=");
  if (at > 0) return { ...all, [text.slice(0, at)]: text.slice(at + 1) };
  throw new InvalidArgumentError("It must be key=value.");
}
