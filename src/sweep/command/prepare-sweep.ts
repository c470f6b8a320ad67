import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { sha256 } from "../../checkpoints/checkpoint.ts";
import { UserError } from "../../core/errors.ts";
import { DATA_SETS, type DataSetName } from "../../data/index.ts";
import { checkpointOption, ready } from "../../run/command-line/options.ts";
import { loadPipeline } from "../../run/pipeline/load-pipeline.ts";
import { codeVersion } from "../../run/process/version.ts";
import { runsWithIds, type StoredRun } from "../../run/runner/stored-runs.ts";
import type { Store } from "../../store/store.ts";
import { firstRound, type SearchBasis } from "../coordinator/search-runner.ts";
import { newSweepId } from "../coordinator/sweep-id.ts";
import { Ledger } from "../ledger/ledger.ts";
import { settledRuns } from "../ledger/settled-runs.ts";
import type { SweepManifest } from "../place/manifest.ts";
import { openPlace } from "../place/open-place.ts";
import type { PlannedTrial } from "../plan/planned-trial.ts";
import { searchShape, type Search } from "../plan/search.ts";
import { checkEngine } from "./go-on.ts";
import type { SweepCommandOptions } from "./options.ts";
import { folderOf, removeIfEmpty } from "./places.ts";
import { planEarlyStop, planSearch } from "./plan-search.ts";

/** How often a failed trial is tried again unless `--retries` says otherwise. */
const DEFAULT_RETRIES = 2;

/** Reads what `gradstream sweep` is told, and opens what it trains with. @throws {UserError} for bad input. */
export async function readAskedSweep(path: string, options: SweepCommandOptions) {
  const pipeline = await loadPipeline(path);
  const { experiment } = pipeline;
  /** The sweep to go on with: its id or its beginning, or `true` for the newest. */
  const earlier = options.resume ?? options.onlyFailed;
  const search = earlier === undefined ? planSearch(experiment, options) : undefined;
  const earlyStop = planEarlyStop(experiment, options);
  return { path, options, ...pipeline, earlier, search, earlyStop, ...(await ready(options)) };
}

type AskedSweep = Awaited<ReturnType<typeof readAskedSweep>>;

/** A sweep as it is about to be trained. */
export interface PreparedSweep {
  readonly manifest: SweepManifest;
  readonly search: Search;
  readonly basis: SearchBasis;
  /** The folder, in full, below which its results are, where one was named; and its own. */
  readonly place: string | undefined;
  readonly folder: string;
  /** Whether the ledger has it already. */
  readonly isResumed: boolean;
  /** Runs that are not trained again. */
  readonly there: readonly StoredRun[];
  /** Trials of its first round, and those of them that are to train. */
  readonly trials: number;
  readonly toTrain: number;
  /** Trials of it that failed for good, and are left alone. */
  readonly failed: number;
  /** Whether nothing is left of it. */
  readonly isSettled: boolean;
}

/**
 * Plans a sweep anew, or finds the one to go on with, and what of it the store has.
 *
 * @throws {UserError} for a sweep that is not there, that other code or another pipeline planned, or that another engine
 * hands out.
 */
export async function prepareSweep(asked: AskedSweep, store: Store): Promise<PreparedSweep> {
  const { name, experiment, options, earlier, data, backend } = asked;
  const ledger = new Ledger(store);
  const found = earlier === undefined ? undefined : await ledger.find(name, earlier === true ? "" : earlier);
  if (earlier !== undefined && !found) throw new UserError(`sweep: ${options.store} has no such sweep of ${name}`);
  const fresh = newManifest(asked);
  if (found) checkGoesOn(found.manifest, fresh);
  const manifest = found ? { ...found.manifest, ...givenOf(options) } : fresh;
  const { sweepId, codeVersion } = manifest;
  const search = asked.search ?? searchShape.parse(found!.search);
  const basis = { definition: experiment, data, experiment: name, backend, codeVersion, sweepId };
  const trials = firstRound({ search, basis });
  const { completed, stopped } = await settledRuns(
    store,
    { ...manifest, dataset: data.name },
    trials,
    manifest.earlyStop,
  );
  const left = trials.filter(({ trialId }) => !completed.has(trialId) && !stopped.has(trialId));
  const isSettled = left.length === 0 && !search.halving;
  const place = options.place === undefined ? found?.place : resolve(options.place);
  const folder = folderOf(options.store, place, sweepId);
  if (found && !isSettled) checkEngine(found, options);
  if (isSettled && found) {
    await ledger.trialsHave(sweepId, { completed, stopped });
    await ledger.sweepIs(sweepId, "completed");
    await openPlace({ kind: "folder", folder }).remove(".");
    removeIfEmpty(folder, place);
  }
  const there = await runsWithIds(store, [...completed.values(), ...stopped.values()]);
  const isResumed = found !== undefined;
  const failed = options.resume === undefined ? 0 : await failedOf(ledger, sweepId, left);
  const toTrain = left.length - failed;
  return {
    manifest,
    search,
    basis,
    place,
    folder,
    isResumed,
    there,
    trials: trials.length,
    toTrain,
    failed,
    isSettled,
  };
}

/** Counts those of these trials that failed for good. */
async function failedOf(ledger: Ledger, sweepId: string, trials: readonly PlannedTrial[]): Promise<number> {
  const failed = (await ledger.trials(sweepId)).filter(({ state }) => state === "failed");
  const ids = new Set(failed.map(({ trial }) => trial.trialId));
  return trials.filter(({ trialId }) => ids.has(trialId)).length;
}

/** Returns what a sweep that goes on is told anew, where it is not what holds for every new one. */
function givenOf({ retries, checkpointEvery }: SweepCommandOptions) {
  return {
    ...(retries !== DEFAULT_RETRIES && { retries }),
    ...(!isDeepStrictEqual(checkpointEvery, checkpointOption().defaultValue) && { checkpointEvery }),
  };
}

function newManifest({ name, path, file, options, backend, data, earlyStop }: AskedSweep): SweepManifest {
  return {
    sweepId: newSweepId(),
    experiment: name,
    pipeline: path,
    file,
    pipelineSha256: sha256(readFileSync(file)),
    backend,
    data: (data.from as DataSetName | undefined) ?? DATA_SETS.find((known) => known === data.name) ?? "auto",
    codeVersion: codeVersion(),
    retries: options.retries,
    checkpointEvery: options.checkpointEvery,
    ...(earlyStop && { earlyStop }),
  };
}

/** @throws {UserError} when a sweep was planned by other code, or of another pipeline. */
function checkGoesOn(then: SweepManifest, now: SweepManifest): void {
  const who = `sweep: ${then.sweepId}`;
  if (then.codeVersion !== now.codeVersion) {
    throw new UserError(
      `${who} was planned by gradstream ${then.codeVersion}, and this is ${now.codeVersion}: its trials would be others`,
    );
  }
  if (then.pipelineSha256 !== now.pipelineSha256) {
    throw new UserError(`${who} was planned when ${now.file} was another; begin a new sweep`);
  }
  for (const what of ["backend", "data"] as const) {
    if (then[what] === now[what]) continue;
    throw new UserError(`${who} is of ${what} ${then[what]}, not ${now[what]}; give --${what} ${then[what]}`);
  }
}
