import { setTimeout as delay } from "node:timers/promises";
import { UserError } from "../../core/errors.ts";
import type { Finished } from "../../run/runner/run-experiment.ts";
import type { Engine } from "../engine/engine.ts";
import { settledRuns } from "../ledger/settled-runs.ts";
import { standingOf, STARTED } from "../place/attempts.ts";
import { differing, settingsLabel } from "../plan/label.ts";
import { writePlan } from "../place/trial-book.ts";
import type { PlannedTrial } from "../plan/planned-trial.ts";
import { EarlyStopper } from "./early-stopper.ts";
import { earlierMeans } from "./earlier-means.ts";
import { sweepLine } from "./sweep-line.ts";
import { TrialImport, type ImportParts } from "./trial-import.ts";

/** How often results are looked for, and how often the engine is asked what it knows. */
const LOOK_MS = 250;
/** Part of its time that a coordinator of many workers looks for results: with more of them it looks less often. */
const LOOK_SHARE = 0.15;
const RECONCILE_MS = 5000;
/** Times that a trial is handed out, to an engine that starts its own tasks, without an attempt that begins. */
const MOST_TRIES = 3;

/** What a coordinator stands between. */
export interface CoordinatorOptions extends ImportParts {
  readonly engine: Engine;
  /** Trials that failed for good before, and are left alone. */
  readonly failed: ReadonlySet<string>;
  /** Time between two questions what the engine knows, in milliseconds. Default 5 s. */
  readonly reconcileMs?: number;
}

/** Trials of one round, by how they stand. */
interface Round {
  readonly imports: ReadonlyMap<string, TrialImport>;
  /** Trials of it that were there already. */
  readonly there: number;
}

/** Hands the trials of a sweep to an engine, and takes their results into the store as they come. */
export class Coordinator {
  readonly #options: CoordinatorOptions;
  readonly #stopping = new AbortController();
  readonly #finished: Finished[] = [];
  readonly #stoppedEarly: Finished[] = [];
  readonly #found: string[] = [];
  readonly #began = performance.now();
  #round: Round = { imports: new Map(), there: 0 };
  #trained = 0;
  /** How often trials were handed out of which no attempt has begun. */
  readonly #tries = new Map<string, number>();

  constructor(options: CoordinatorOptions) {
    this.#options = options;
    options.progress.setHeadline(() => this.#headline());
    options.engine.lost.subscribe(({ trialId, attempt }) => {
      const trial = this.#round.imports.get(trialId)?.trial;
      if (trial) options.progress.note(`${trial.arm} seed ${trial.seed}: attempt ${attempt} was lost; another goes on`);
    });
  }

  /** Trials that have ended, failed ones too, but for those that were stopped early. */
  get finished(): readonly Finished[] {
    return this.#finished;
  }

  /** Trials that a rule of the sweep has stopped before their last step. */
  get stoppedEarly(): readonly Finished[] {
    return this.#stoppedEarly;
  }

  /** Runs of trials that had a result when their round began. */
  get found(): readonly string[] {
    return this.#found;
  }

  /** How many trials are under way, as far as is known. */
  get running(): number {
    return this.#open().filter(({ isRunning }) => isRunning).length;
  }

  get isStopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  /** Ends `train` with what is there; who trains is told by others. */
  stop(): void {
    this.#stopping.abort();
  }

  /** Trains those of these trials that have no result yet; resolves when each has one or has failed, or all have stopped. */
  async train(round: number, trials: readonly PlannedTrial[]): Promise<void> {
    const {
      engine,
      place,
      store,
      manifest,
      dataset,
      ledger,
      failed,
      progress,
      reconcileMs = RECONCILE_MS,
    } = this.#options;
    const { sweepId } = manifest;
    const { completed, stopped } = await settledRuns(store, { ...manifest, dataset }, trials, manifest.earlyStop);
    const there = new Map([...completed, ...stopped]);
    const taken = new Set([...this.#finished, ...this.#stoppedEarly].map(({ run }) => run.runId));
    this.#found.push(...[...there.values()].filter((run) => !taken.has(run)));
    await ledger.add(sweepId, trials);
    await ledger.trialsHave(sweepId, { completed, stopped });
    await writePlan(place, round, trials);
    const wanted = trials.filter(({ trialId }) => !there.has(trialId) && !failed.has(trialId));
    const keys = differing(trials.map(({ hyper }) => hyper));
    const stopper = await this.#stopperFor(trials, there);
    const parts = { ...this.#options, stopper };
    this.#round = {
      imports: new Map(
        wanted.map((trial) => [trial.trialId, new TrialImport(trial, settingsLabel(trial.hyper, keys), parts)]),
      ),
      there: trials.length - wanted.length,
    };
    await this.#reconcile();
    let reconciled = performance.now();
    while (this.#open().length > 0 && !this.isStopped) {
      const began = performance.now();
      await this.look();
      const pause = Math.max(LOOK_MS, (performance.now() - began) * (1 / LOOK_SHARE - 1));
      if (performance.now() - reconciled >= reconcileMs) {
        await this.#reconcile();
        reconciled = performance.now();
      }
      await delay(pause, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
    }
    if (this.#open().length > 0) return;
    await engine.withdraw([...this.#round.imports.keys()]);
    for (const metric of wanted.length > 0 ? (stopper?.unseen ?? []) : [])
      progress.note(`early stop: no trial recorded ${metric}; none was stopped by it`);
  }

  /** Takes what is new of the trials that have been started. */
  async look(): Promise<void> {
    const { place } = this.#options;
    for (const trialId of await place.list(STARTED)) {
      const one = this.#round.imports.get(trialId);
      if (one) await this.#follow(one, () => one.look());
    }
  }

  /** Notes that what is under way goes on another time. */
  async interrupt(): Promise<void> {
    await this.look();
    for (const one of this.#open()) await this.#follow(one, () => one.interrupt());
  }

  /** Makes who decides which trials are stopped early, with what those had that are recorded already. */
  async #stopperFor(
    trials: readonly PlannedTrial[],
    there: ReadonlyMap<string, string>,
  ): Promise<EarlyStopper | undefined> {
    const { store, manifest } = this.#options;
    if (!manifest.earlyStop) return undefined;
    const longest = trials.reduce((most, { hyper }) => Math.max(most, hyper.steps), 1);
    const stopper = new EarlyStopper(manifest.earlyStop, longest);
    const arms = new Map(trials.flatMap(({ trialId, arm }) => (there.has(trialId) ? [[there.get(trialId), arm]] : [])));
    for (const mean of await earlierMeans(store, [...there.values()], stopper.metrics, stopper.width)) {
      stopper.remember(arms.get(mean.runId)!, mean.metric, mean);
    }
    return stopper;
  }

  /** Does something to a trial that has not ended, and notes its end. */
  async #follow(one: TrialImport, act: () => Promise<void>): Promise<void> {
    if (one.end) return;
    await act();
    this.#noteEnd(one);
  }

  #noteEnd({ end, steps, isStoppedEarly }: TrialImport): void {
    if (!end) return;
    (isStoppedEarly ? this.#stoppedEarly : this.#finished).push(end);
    if (isStoppedEarly || end.outcome.status !== "interrupted") this.#trained += steps;
  }

  #open(): readonly TrialImport[] {
    return [...this.#round.imports.values()].filter(({ end }) => !end);
  }

  /**
   * Enqueues what is planned, has no result to take and is not known to the engine, which may have lost its memory.
   *
   * @throws {UserError} for a trial whose tasks end again and again before they begin with it.
   */
  async #reconcile(): Promise<void> {
    const { engine, place } = this.#options;
    const known = new Set((await engine.open()).map(({ trialId }) => trialId));
    await this.look();
    const missing: string[] = [];
    for (const { trial } of this.#open()) {
      const { trialId } = trial;
      if (known.has(trialId)) continue;
      const { commit, folders } = await standingOf(place, trialId);
      if (commit && folders.includes(commit.folder)) continue;
      // What was committed has been taken over, and its run was removed since.
      if (commit) await place.remove(trialId);
      this.#checkTries(trial, folders.length > 0);
      missing.push(trialId);
    }
    if (missing.length === 0) return;
    // What an engine remembers as ended it would not take again.
    await engine.withdraw(missing);
    await engine.enqueue(missing);
  }

  #checkTries({ trialId, arm, seed }: PlannedTrial, hasBegun: boolean): void {
    const { logOf } = this.#options.engine;
    const tries = hasBegun ? 0 : (this.#tries.get(trialId) ?? 0);
    this.#tries.set(trialId, tries + 1);
    if (!logOf || tries < MOST_TRIES) return;
    const log = logOf(trialId);
    const said = log ? `; see ${log.file}${log.lastLine === undefined ? "" : `: ${log.lastLine.slice(0, 200)}`}` : "";
    throw new UserError(`sweep: ${tries} tasks for ${arm} seed ${seed} ended before they began to train${said}`);
  }

  #headline(): string {
    const all = [...this.#round.imports.values()];
    const open = this.#open();
    const steps = open.reduce((sum, one) => sum + one.steps, 0);
    const planned = open.reduce((sum, { trial }) => sum + trial.hyper.steps, 0);
    return sweepLine({
      done: this.#round.there + all.length - open.length,
      trials: this.#round.there + all.length,
      failed: this.#finished.filter(({ outcome }) => outcome.status === "failed").length,
      running: this.running,
      stepsDone: this.#trained + steps,
      stepsLeft: planned - steps,
      seconds: (performance.now() - this.#began) / 1000,
    });
  }
}
