import { isDeepStrictEqual } from "node:util";
import { UserError } from "../../core/errors.ts";
import type { Hub } from "../../feed/server/hub.ts";
import type { Finished } from "../../run/runner/run-experiment.ts";
import type { Progress } from "../../run/terminal/progress.ts";
import type { Store } from "../../store/store.ts";
import type { EngineWorker } from "../engine/engine.ts";
import type { OpenedEngine } from "../engine/open-engine.ts";
import { Ledger } from "../ledger/ledger.ts";
import { forgive } from "../place/attempts.ts";
import { manifestFile, type SweepManifest } from "../place/manifest.ts";
import { openPlace } from "../place/open-place.ts";
import { createJson, type PlaceAddress } from "../place/result-place.ts";
import type { Search } from "../plan/search.ts";
import { Lanes } from "../worker/lanes.ts";
import { Coordinator } from "./coordinator.ts";
import { runSearch, type SearchBasis } from "./search-runner.ts";

/** A sweep that begins, or goes on. */
export interface SweepOptions {
  readonly manifest: SweepManifest;
  readonly search: Search;
  readonly basis: SearchBasis;
  readonly dataset: string;
  readonly address: PlaceAddress & { readonly kind: "folder" };
  readonly opened: OpenedEngine;
  readonly store: Store;
  readonly hub: Hub | undefined;
  readonly progress: Progress;
  /** Trials that this process trains at the same time; 0 for none. */
  readonly jobs: number;
  readonly cores: number;
  /** It is in the ledger already: trials that failed for good are left alone, or tried again. */
  readonly goesOn?: "without failed" | "with failed" | undefined;
}

/** How a sweep ended. */
export interface SweepResult {
  readonly finished: readonly Finished[];
  /** Trials that a rule of the sweep has stopped before their last step. */
  readonly stoppedEarly: readonly Finished[];
  /** Runs of trials that had a result before, in every round. */
  readonly found: readonly string[];
  readonly isInterrupted: boolean;
}

/** Runs a sweep from its plan to its last result; `stop` ends it so that it can go on. */
export class SweepRunner {
  readonly #options: SweepOptions;
  #lanes: Lanes | undefined;
  #coordinator: Coordinator | undefined;
  #isStopped = false;

  constructor(options: SweepOptions) {
    this.#options = options;
  }

  /** Lets what trains here write its checkpoints; `run` resolves then. */
  stop(): void {
    this.#isStopped = true;
    this.#lanes?.stop();
    this.#coordinator?.stop();
  }

  async run(): Promise<SweepResult> {
    const { manifest, search, basis, dataset, address, opened, store, hub, progress, jobs, cores } = this.#options;
    const { sweepId } = manifest;
    const [ledger, place] = [new Ledger(store), openPlace(address)];
    const file = manifestFile(manifest);
    const earlier = await place.read(file.path);
    // It goes on with other numbers than it began with.
    if (earlier && !isDeepStrictEqual(JSON.parse(String(earlier)), JSON.parse(JSON.stringify(manifest))))
      await place.remove(file.path);
    await createJson(place, file.path, file.value);
    await ledger.sweepIs(sweepId, "running");
    const failed = await this.#failedBefore(ledger);
    const coordinator = new Coordinator({
      place,
      manifest,
      dataset,
      store,
      hub,
      progress,
      ledger,
      engine: opened.engine,
      failed,
    });
    this.#coordinator = coordinator;
    const tell = (line: string): void => progress.note(line);
    const worker = jobs > 0 ? await opened.worker() : undefined;
    const lanes = worker && new Lanes({ worker, manifest, address, jobs, cores, tell });
    this.#lanes = lanes;
    if (this.#isStopped) this.stop();
    const training = this.#train(worker, lanes);
    // Heard of below, when the search has ended.
    training.catch(() => undefined);
    try {
      await runSearch({ search, basis, manifest, dataset, store, coordinator, tell });
    } catch (error) {
      if (error instanceof UserError) {
        await ledger.sweepIs(sweepId, "failed");
        // Workers elsewhere would wait for its trials.
        await place.remove(file.path);
      }
      throw error;
    } finally {
      lanes?.stop();
      await training;
    }
    const isInterrupted = coordinator.isStopped;
    if (isInterrupted) await coordinator.interrupt();
    const { finished, stoppedEarly, found } = coordinator;
    const hasFailed = failed.size > 0 || finished.some(({ outcome }) => outcome.status === "failed");
    await ledger.sweepIs(sweepId, isInterrupted ? "interrupted" : hasFailed ? "failed" : "completed");
    // Without it workers know that the sweep is over. What failed has checkpoints that it can go on from.
    if (!isInterrupted) await place.remove(hasFailed ? file.path : ".");
    return { finished, stoppedEarly, found, isInterrupted };
  }

  async #train(worker: EngineWorker | undefined, lanes: Lanes | undefined): Promise<void> {
    try {
      await lanes?.run();
    } catch (error) {
      this.#coordinator?.stop();
      throw error;
    } finally {
      await worker?.close();
    }
  }

  /** Trials of the ledger that failed for good and stay so. */
  async #failedBefore(ledger: Ledger): Promise<ReadonlySet<string>> {
    const { manifest, address, goesOn } = this.#options;
    if (goesOn === undefined) return new Set();
    const failed = (await ledger.trials(manifest.sweepId)).filter(({ state }) => state === "failed");
    const ids = failed.map(({ trial }) => trial.trialId);
    if (goesOn === "without failed") return new Set(ids);
    for (const trialId of ids) await forgive(openPlace(address), trialId);
    await ledger.trialsAre(manifest.sweepId, ids, "waiting");
    return new Set();
  }
}
