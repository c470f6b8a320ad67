import { availableParallelism, hostname } from "node:os";
import { Command, Option } from "commander";
import { shareCores } from "../../backend/tensorflow/start.ts";
import { UserError } from "../../core/errors.ts";
import type { DataSet } from "../../core/types.ts";
import { MOST_STEPS, resolveHyper } from "../../experiment/experiment.ts";
import type { Store } from "../../store/store.ts";
import { replayRun } from "../runner/replay-run.ts";
import { attend } from "../runner/attend.ts";
import { checkPipeline } from "../check/check-pipeline.ts";
import { DEFAULT_STORE, storeOption } from "../command-line/default-store.ts";
import { exitCode, exitCodeOf, MORE_TO_TRAIN, EXIT_CODES } from "../command-line/exit-code.ts";
import { outputOptions, type OutputOptions } from "../command-line/output-options.ts";
import { pipelineArms } from "../pipeline/pipeline-arms.ts";
import { loadPipeline } from "../pipeline/load-pipeline.ts";
import {
  backendOption,
  dataOption,
  scaleOption,
  type CheckpointEvery,
  checkpointOption,
  countUpTo,
  list,
  setting,
  ready,
  seedOptions,
  seedsOf,
  settingsOf,
  type TrainingOptions,
} from "../command-line/options.ts";
import { brief } from "../runner/brief.ts";
import { declaredArms } from "../runner/declared-trials.ts";
import { leftOut, leftOutLine, type Previews, withPreviewer } from "../runner/preview.ts";
import { ExperimentRunner, type Finished } from "../runner/run-experiment.ts";
import { checkClaims, type ClaimedTrials, judgeTrials } from "../runner/judge-claims.ts";
import { render } from "../terminal/render.ts";
import { tallyOf } from "../terminal/verdicts.ts";
import { chooseTrials } from "../runner/choose-trials.ts";
import { nameOf } from "../terminal/run-line.ts";
import { say } from "../terminal/say.ts";
import { liveLine, trainingServingOptions, type TrainingServingOptions } from "../serving/serving.ts";
import { summary } from "../runner/summary.ts";
import { codeVersion } from "../process/version.ts";
import { shared } from "../runner/shared-data.ts";
import { fittedTo, listTrials } from "../runner/trials.ts";

const EXAMPLES = `
<pipeline> is a path, or the name of a pipeline that ships with gradstream.

Examples:
  $ gradstream run noisy-batchnorm
  $ gradstream run noisy-batchnorm --arm standard,batchNorm --seeds 3 --steps 300
  $ gradstream run pipelines/noisy-batchnorm.ts --set learningRate=0.5 --set width=16 --no-serve
  $ gradstream run noisy-batchnorm --seed 7,8,9
  $ gradstream run pipelines/noisy-batchnorm.ts --check
  $ gradstream run noisy-batchnorm --resume
  $ gradstream run --replay noisy-batchnorm/standard/0/20260103T101500-1a2b
${EXIT_CODES}`;

interface RunOptions extends TrainingServingOptions, TrainingOptions, OutputOptions {
  readonly store: string;
  readonly jobs?: number;
  readonly check?: boolean;
  readonly checkpointEvery: CheckpointEvery;
  readonly resume?: boolean;
  readonly again?: boolean;
  readonly force?: boolean;
  readonly replay?: string;
}

/** Makes `gradstream run`, which trains every arm of a pipeline, side by side, recorded and live. */
export function runCommand(): Command {
  const command = new Command("run")
    .description("train the arms of a pipeline, recording every reading")
    .argument("[pipeline]", "a TypeScript module whose default export is an experiment")
    .addOption(scaleOption())
    .option("--arm <a,b>", "only these arms", list)
    .option("--steps <n>", "length of each run, the same as --set steps=n", countUpTo(MOST_STEPS))
    .addOption(backendOption())
    .addOption(dataOption())
    .option("--store <file>", "the DuckDB file that records the runs", DEFAULT_STORE)
    .addOption(
      new Option("--set <key=value>", "change a hyper-parameter (may be repeated)")
        .argParser(setting)
        .default({}, "none"),
    )
    .option("--check", "train nothing: check the pipeline's types and claims, and look at its arms")
    .option("--jobs <n>", "trials that train at the same time (default: by cores)", countUpTo(1000))
    .addOption(checkpointOption())
    .option("--resume", "go on with runs that were interrupted or failed, from their checkpoints")
    .addOption(new Option("--again", "train what is recorded already, too").conflicts("resume"))
    .option("--force", "with --resume: go on although the code has changed")
    .addOption(replayOption())
    .addHelpText("after", EXAMPLES)
    .action(run);
  outputOptions(command, "no progress: errors and the last line alone");
  return trainingServingOptions(seedOptions(command, 10_000, "run seeds 0 to n - 1 (default: the pipeline's)"));
}

type Chosen = Awaited<ReturnType<typeof chooseTrials>>;

const WITHOUT_REPLAY =
  "scale arm steps backend data set check jobs resume again force seed seeds json checkpointEvery".split(" ");
const replayOption = (): Option =>
  new Option("--replay <run>", "train a recorded run again: a run id or its beginning, and no pipeline").conflicts(
    WITHOUT_REPLAY,
  );

async function run(path: string | undefined, options: RunOptions, command: Command): Promise<void> {
  if (options.replay !== undefined) {
    if (path === undefined) return replayRun(options.replay, options);
    throw new UserError("run --replay: takes no pipeline; the recorded run names its own");
  }
  if (path === undefined) command.error("error: missing required argument 'pipeline'");
  if (options.check) return checkPipeline(path, options);
  const tell = options.quiet ? () => undefined : say;
  const { name, file, experiment } = await loadPipeline(path);
  const hyper = resolveHyper(experiment, options.scale, settingsOf(options));
  const arms = await pipelineArms(path, experiment, hyper, options.arm);
  const names = Object.keys(arms);
  const seeds = seedsOf(options) ?? seedsOf({ seeds: experiment.seeds ?? 1 })!;
  const jobs = options.jobs ?? defaultJobs(names.length);
  shareCores(availableParallelism(), Math.min(jobs, names.length * seeds.length));
  const { backend, why, notes, data, fitted, previews } = await withPreviewer(file, async (look) => {
    const { data: opened, ...chosen } = await ready(options);
    const [data, fitted] = [shared(opened), fittedTo(opened, hyper)];
    const order = { arms: names, seed: seeds[0]!, hyper: fitted, data, backend: chosen.backend };
    return { ...chosen, data, fitted, previews: await look(order) };
  });
  const without = leftOut(previews, names);
  const trials = listTrials(arms, seeds, (arm) => previews.get(arm)?.dataset);
  const { scale } = options;
  const claimed = { name, experiment, scale, settings: settingsOf(options), hyper, seeds, arms: names };

  const basis = {
    experiment: name,
    pipeline: path,
    hyper: fitted,
    steps: hyper.steps,
    backend,
    dataset: data.name,
    codeVersion: codeVersion(),
    host: hostname(),
  };
  let chosen: Chosen;
  const prepare = async (store: Store): Promise<boolean> => {
    await checkClaims(store, claimed);
    const { again, resume, force } = options;
    const nothing = { trials, there: [], left: 0, notices: [] };
    const wanted = { basis, pipelineFile: file, data, trials, goOn: resume ? "unfinished" : "none", force } as const;
    chosen = again ? nothing : await chooseTrials(store, wanted);
    [...chosen.notices, ...thereLines(chosen, options.store)].forEach(tell);
    if (chosen.trials.length > 0) return true;
    process.stdout.write(await resultOf(store, claimed, [], options, chosen));
    process.exitCode = codeOf([], chosen);
    return false;
  };
  await attend(
    { ...options, prepare },
    ({ store, server, progress }) => {
      const runner = new ExperimentRunner({
        trials: chosen.trials,
        sliders: experiment.controls,
        arms: declaredArms(arms, previews),
        basis,
        pipelineFile: file,
        data,
        backend,
        store,
        hub: server?.hub,
        progress,
        jobs,
        checkpointEvery: options.checkpointEvery,
      });
      if (experiment.question) tell(experiment.question);
      const sources = sourcesOf(previews, data);
      [...(sources.includes(data.name) ? notes : []), ...store.notices].forEach(tell);
      tell(`${describe(chosen.trials.length, hyper.steps, sources, data)}, into ${options.store}`);
      tell(`backend ${backend} (${why})`);
      for (const one of without) progress.noteOnce(leftOutLine(one));
      if (server) tell(liveLine(server));
      return { stop: () => runner.stop(), run: () => runner.run() };
    },
    async (finished, store, recordedIn) => {
      process.stdout.write(await resultOf(store, claimed, finished, { ...options, store: recordedIn }, chosen));
      process.exitCode = codeOf(finished, chosen);
    },
  );
}

/** What is recorded already counts as what was trained now. */
function codeOf(finished: readonly Finished[], { there, trials }: Chosen): number {
  const code = exitCode(finished.map(({ outcome }) => outcome)) || exitCodeOf(there.map(({ status }) => status));
  return code || (finished.length < trials.length ? MORE_TO_TRAIN : 0);
}

async function resultOf(
  store: Store,
  claimed: ClaimedTrials,
  finished: readonly Finished[],
  options: RunOptions,
  { there, trials }: Chosen,
): Promise<string> {
  const { store: path, json, quiet } = options;
  const ids = [...there, ...finished.map(({ run }) => run)].map(({ runId }) => runId);
  // What was stopped is judged when it has gone on.
  const isWhole =
    finished.length === trials.length && finished.every(({ outcome }) => outcome.status !== "interrupted");
  const claims = isWhole ? await judgeTrials(store, claimed, ids) : [];
  if (!isWhole && !quiet && claimed.experiment.claims) say("claims are judged when all runs have ended");
  if (!json) return quiet ? brief(path, finished, there, { claims }) : summary(store, path, finished, there, claims);
  if (!quiet && claims.length > 0) say(`claims: ${tallyOf(claims)}; gradstream sql "FROM claim"${storeOption(path)}`);
  const summaries = "SELECT * FROM run_summary WHERE list_contains($1::JSON::VARCHAR[], run_id) ORDER BY seed, run_id";
  return render(await store.query(summaries, [JSON.stringify(ids)]), "json");
}

/** Says what is not trained because the store has it, and what could go on. */
function thereLines({ trials, there, left }: Chosen, store: string): string[] {
  const names = there.map((run) => `${nameOf({ arm: run.arm, seed: run.seed })} ${run.status}`);
  const look = trials.length === 0 ? `; gradstream serve${storeOption(store)} shows it` : "";
  return [
    ...(there.length === 0 ? [] : [`skipped, recorded already: ${names.join(", ")}; --again trains anyway${look}`]),
    ...(left === 0 ? [] : [`${left} of these ${left === 1 ? "was" : "were"} interrupted or failed; --resume goes on`]),
  ];
}

/** Lists what the arms train on, as far as they showed it. */
function sourcesOf(previews: Previews, { name }: DataSet): readonly string[] {
  return previews.size === 0 ? [name] : [...new Set([...previews.values()].map(({ dataset }) => dataset))];
}

function describe(runs: number, steps: number, sources: readonly string[], { name, train, test }: DataSet): string {
  const what = sources.map((source) =>
    source === name ? `${name} (${train.count} images, ${test.count} test)` : source,
  );
  return `${runs} ${runs === 1 ? "run" : "runs"} of ${steps} steps on ${what.join(" and ")}`;
}

/**
 * Returns how many trials train at once: all arms of a seed up to two to a core, otherwise as many as there are cores.
 */
function defaultJobs(arms: number): number {
  const cores = availableParallelism();
  return arms <= 2 * cores ? Math.max(arms, cores) : cores;
}
