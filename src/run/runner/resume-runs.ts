import { existsSync } from "node:fs";
import { hostname } from "node:os";
import { BACKENDS, startBackend, type BackendName } from "../../backend/start.ts";
import type { TrialIdentity } from "../../checkpoints/checkpoint.ts";
import { RunCheckpoints } from "../../checkpoints/run-checkpoints.ts";
import { UserError } from "../../core/errors.ts";
import type { DataSet } from "../../core/types.ts";
import { DATA_SETS, isOwnFile, openDataSet, type DataSetName } from "../../data/index.ts";
import { chooseArms } from "../../experiment/experiment.ts";
import type { Store } from "../../store/store.ts";
import { loadPipeline } from "../pipeline/load-pipeline.ts";
import { codeVersion } from "../process/version.ts";
import { whereToGoOn } from "./go-on.ts";
import { checkpointsOf } from "../command-line/checkpoints-of.ts";
import { identityOf } from "./identity.ts";
import { replayedBy } from "./recorded-replay.ts";
import { ExperimentRunner, type ExperimentRun, type Finished } from "./run-experiment.ts";
import { shared } from "./shared-data.ts";
import type { StoredRun } from "./stored-runs.ts";

/** Interrupted runs of one pipeline, with the same settings, that go on side by side. */
export type ResumedGroup = Pick<ExperimentRun, "trials" | "sliders" | "basis" | "pipelineFile" | "data" | "backend">;

/** What is needed to decide where runs go on. */
interface Preparing {
  readonly store: Store;
  readonly runs: readonly StoredRun[];
  readonly force: boolean;
  readonly say: (line: string) => void;
}

/**
 * Makes ready what interrupted runs need to go on: pipelines, data sets, backends, checkpoints. One that must not go on is
 * told of and left out.
 *
 * @throws {UserError} when none can.
 */
export async function prepareResumed({ store, runs, force, say }: Preparing): Promise<readonly ResumedGroup[]> {
  const groups = new Map<string, ResumedGroup>();
  const opened = new Map<DataSetName, DataSet>();
  const refusals: string[] = [];
  for (const run of runs) {
    try {
      const group = await groupOf(run, { store, force, say, opened });
      const key = JSON.stringify([group.pipelineFile, group.basis.hyper, group.backend, group.data.name]);
      const trials = [...(groups.get(key)?.trials ?? []), ...group.trials];
      groups.set(key, { ...group, trials });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      refusals.push(`${run.runId}: ${error.message}`);
    }
  }
  const [first, ...more] = refusals;
  if (groups.size === 0) throw new UserError([`resume: ${first}`, ...more].join("; "));
  refusals.forEach(say);
  return [...groups.values()];
}

interface Making extends Omit<Preparing, "runs"> {
  readonly opened: Map<DataSetName, DataSet>;
}

async function groupOf(run: StoredRun, { store, force, say, opened }: Making): Promise<ResumedGroup> {
  const root = checkpointsOf(store);
  const then = new RunCheckpoints(root, run.runId).newest().kept?.manifest.checkpoint.identity;
  const { trials, ...group } = await groupAnew(run, { opened, then });
  const identity = identityOf({ ...run, codeVersion: group.basis.codeVersion }, group.pipelineFile, group.data);
  const where = whereToGoOn(run, { root, identity, force });
  if ("refusal" in where) throw new UserError(where.refusal);
  where.notices.forEach(say);
  const replays = await replayedBy(store, run.runId);
  return { ...group, trials: trials.map((trial) => ({ ...trial, goesOn: where, replays })) };
}

/** What is known of how a run was trained before. */
interface Before {
  /** Data sets that are open. */
  readonly opened: Map<DataSetName, DataSet>;
  /** What its checkpoint says of it. Default: it has none. */
  readonly then?: TrialIdentity | undefined;
}

/** Makes ready what the trial of a recorded run needs to be trained: its pipeline, backend and data. */
export async function groupAnew(run: StoredRun, { opened, then }: Before): Promise<ResumedGroup> {
  const { file, experiment } = await loadPipeline(then && existsSync(then.file) ? then.file : run.pipeline);
  const backend = backendOf(run);
  await startBackend(backend);
  const name = dataOf(run, then?.data, then?.dataFrom);
  let data = opened.get(name);
  if (!data) {
    data = shared((await openDataSet(name, { env: process.env, cwd: process.cwd() })).data);
    opened.set(name, data);
  }
  // Where a checkpoint says where the file lies, it is what tells whether that is the same by now.
  if (then?.dataFrom === undefined) checkFile(run, data);
  // JSON has no infinity: what the store could not write down is the pipeline's own.
  const recorded = Object.entries(run.hyper).filter(([, value]) => (value as unknown) !== null);
  const hyper = { ...experiment.hyper, ...Object.fromEntries(recorded), steps: run.steps };
  const { arm, seed, dataset } = run;
  const network = chooseArms(experiment, hyper, [arm])[arm]!.network.name;
  const { pipeline, steps } = run;
  const basis = { experiment: run.experiment, pipeline, hyper, steps, backend, dataset, host: hostname() };
  return {
    trials: [{ arm, seed, network, dataset }],
    sliders: experiment.controls,
    basis: { ...basis, codeVersion: codeVersion() },
    pipelineFile: file,
    data,
    backend,
  };
}

function backendOf({ backend }: StoredRun): BackendName {
  const known = BACKENDS.find((name) => name === backend);
  if (known) return known;
  throw new UserError(`it was trained on backend ${backend}, which this gradstream does not know`);
}

/** Returns the name of the data set that a run was given, which is not always the one that it trained on. */
function dataOf({ dataset }: StoredRun, given: string | undefined, from: string | undefined): DataSetName {
  if (from !== undefined && isOwnFile(from)) return from;
  const name = given?.split(", ")[0];
  return DATA_SETS.find((known) => known === dataset || known === name) ?? "auto";
}

/** Files whose usual names have no ending. */
const IDX = /-idx\d-ubyte$/;

/** @throws {UserError} for a run on a file of its user's, where this is not that file: the run's row does not say where it lies. */
function checkFile({ dataset }: StoredRun, { name }: DataSet): void {
  const [, file] = /^(.+)@[0-9a-f]{12}$/.exec(dataset) ?? [];
  if (file === undefined || name === dataset || !(isOwnFile(file) || IDX.test(file))) return;
  throw new UserError(`it was trained on ${dataset}, and no checkpoint says where that file lies; run it with --data`);
}

/** Goes on with groups of runs, one after the other. */
export class ResumeRunner {
  readonly #options: Omit<ExperimentRun, keyof ResumedGroup>;
  readonly #groups: readonly ResumedGroup[];
  #runners: readonly ExperimentRunner[] = [];
  #stopped = false;

  constructor(groups: readonly ResumedGroup[], options: Omit<ExperimentRun, keyof ResumedGroup>) {
    this.#groups = groups;
    this.#options = options;
  }

  stop(): void {
    this.#stopped = true;
    for (const runner of this.#runners) runner.stop();
  }

  /** Resolves when all have ended, with those that went on. */
  async run(): Promise<readonly Finished[]> {
    const finished: Finished[] = [];
    // All at once, so that what waits of later groups is declared from the start.
    this.#runners = this.#groups.map((group) => new ExperimentRunner({ ...this.#options, ...group }));
    for (const runner of this.#runners) {
      if (this.#stopped) break;
      finished.push(...(await runner.run()));
    }
    return finished;
  }
}
