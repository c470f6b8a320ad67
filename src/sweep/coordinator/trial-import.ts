import { isEvent } from "../../core/recorded.ts";
import type { Recorded, Run, RunEvent } from "../../core/types.ts";
import type { Hub } from "../../feed/server/hub.ts";
import { selectRuns } from "../../run/runner/stored-runs.ts";
import { EARLY_END, endEvent, isWarning, lastStep, resumed } from "../../run/runner/run-events.ts";
import type { Finished } from "../../run/runner/run-experiment.ts";
import type { Progress } from "../../run/terminal/progress.ts";
import { nameOf } from "../../run/terminal/run-line.ts";
import type { Outcome } from "../../run/worker/protocol.ts";
import type { Store } from "../../store/store.ts";
import type { Ledger } from "../ledger/ledger.ts";
import {
  attemptFolders,
  type Begun,
  type Commit,
  commitAttempt,
  type Failed,
  failures,
  standingOf,
  STARTED,
  type StopVerdict,
} from "../place/attempts.ts";
import type { SweepManifest } from "../place/manifest.ts";
import type { ResultPlace } from "../place/result-place.ts";
import { decodeSegment, segmentFile } from "../place/segment.ts";
import type { PlannedTrial } from "../plan/planned-trial.ts";
import type { EarlyStopper } from "./early-stopper.ts";
import { Beginnings, type Leg } from "./legs.ts";
import { stopEvent } from "./stop-event.ts";

/** Where results come from and go to. */
export interface ImportParts {
  readonly place: ResultPlace;
  readonly manifest: SweepManifest;
  /** What trials are recorded to train on until they say it themselves. */
  readonly dataset: string;
  readonly store: Store;
  readonly hub: Hub | undefined;
  readonly progress: Progress;
  readonly ledger: Ledger;
  /** Decides which trials end before their last step. Default: none. */
  readonly stopper?: EarlyStopper | undefined;
}

/**
 * Takes what the attempts at one trial record into the store as it appears, as one run: that of the newest attempt, with
 * what it goes on from, until one is committed. When that is another, what was taken is removed.
 */
export class TrialImport {
  readonly trial: PlannedTrial;
  /** What people call it. */
  readonly #name: string;
  readonly #parts: ImportParts;
  readonly #beginnings: Beginnings;
  readonly #failed = new Set<string>();
  readonly #warnings: string[] = [];
  #legs: readonly Leg[] = [];
  #leg = 0;
  /** The next segment of the leg. */
  #next = 0;
  #run: Run | undefined;
  #isRunning = false;
  #steps = 0;
  #verdict: StopVerdict | undefined;
  #isStoppedEarly = false;
  #end: Finished | undefined;

  /** `label` tells its hyper-parameters from those of others. */
  constructor(trial: PlannedTrial, label: string, parts: ImportParts) {
    this.trial = trial;
    this.#name = label === "" ? trial.arm : `${trial.arm} ${label}`;
    this.#parts = parts;
    this.#beginnings = new Beginnings(parts.place, trial.trialId);
  }

  /** How the trial ended; undefined as long as it has not. */
  get end(): Finished | undefined {
    return this.#end;
  }

  /** Optimizer steps that are known to have begun. */
  get steps(): number {
    return this.#end && !this.#isStoppedEarly ? this.trial.hyper.steps : this.#steps;
  }

  /** It has ended, because its sweep stopped it before its last step. */
  get isStoppedEarly(): boolean {
    return this.#isStoppedEarly;
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** Takes what is new, and concludes the trial when it has come to its end. */
  async look(): Promise<void> {
    if (this.#end) return;
    const { place, manifest } = this.#parts;
    const { trialId } = this.trial;
    const { commit, folders } = await standingOf(place, trialId);
    const failed = await failures(place, trialId, folders);
    for (const one of failed) await this.#noteFailure(one, commit !== undefined || failed.length > manifest.retries);
    const target = commit?.folder ?? (await this.#beginnings.newest(folders));
    if (target !== undefined && target !== this.#legs.at(-1)?.folder) await this.#follow(target);
    await this.#take(commit);
    if (!commit && this.#verdict) return this.#stopEarly(this.#verdict);
    if (commit && this.#leg === this.#legs.length - 1 && this.#next >= commit.segments) return this.#commit(commit);
    const last = failed.at(-1);
    if (last && !commit && failed.length > manifest.retries) await this.#fail(last);
  }

  /** Notes that nobody trains the trial any more, for now. */
  async interrupt(): Promise<void> {
    if (this.#end || !this.#run || !this.#isRunning) return;
    const at = Date.now();
    await this.#conclude({ status: "interrupted" }, at);
    await this.#parts.ledger.trialStopped(this.#parts.manifest.sweepId, this.trial.trialId, at);
  }

  async #commit({ outcome, at, steps, token }: Commit): Promise<void> {
    const { place, manifest, ledger } = this.#parts;
    const { trialId } = this.trial;
    this.#steps = steps;
    this.#isStoppedEarly = outcome.status === "stopped";
    if (outcome.status === "stopped")
      await this.#conclude({ status: "interrupted" }, at, stopEvent(outcome.verdict, at, steps));
    else await this.#conclude(outcome, at);
    await ledger.trialEnded(manifest.sweepId, trialId, this.#isStoppedEarly ? "stopped" : "completed", at, { token });
    // The commit stays: it is by that that attempts which come late are refused.
    for (const folder of await attemptFolders(place, trialId)) await place.remove(`${trialId}/${folder}`);
    await place.remove(`${STARTED}/${trialId}`);
  }

  /** Commits what has been taken, so that who trains hears that the trial is over; an attempt that was faster counts. */
  async #stopEarly(verdict: StopVerdict): Promise<void> {
    const { folder, begun } = this.#legs.at(-1)!;
    const commit: Commit = {
      folder,
      token: begun.token,
      segments: this.#next,
      steps: this.#steps,
      at: Date.now(),
      outcome: { status: "stopped", verdict },
    };
    if (await commitAttempt(this.#parts.place, this.trial.trialId, commit)) await this.#commit(commit);
  }

  async #fail({ message, isUserError, stack, at }: Failed): Promise<void> {
    const { manifest, ledger } = this.#parts;
    if (!this.#isRunning) await this.#start({ attempt: 1, host: "", startedAt: at });
    await this.#conclude({ status: "failed", message, isUserError, ...(stack !== undefined && { stack }) }, at);
    await ledger.trialEnded(manifest.sweepId, this.trial.trialId, "failed", at, { error: message });
  }

  async #noteFailure({ folder, attempt, token, worker, message, at }: Failed & { folder: string }, isLast: boolean) {
    if (this.#failed.has(folder)) return;
    this.#failed.add(folder);
    const { manifest, ledger, progress } = this.#parts;
    const { trialId, seed } = this.trial;
    const { startedAt = at, from } = (await this.#beginnings.of(folder)) ?? {};
    const noted = { attempt, token, worker, state: "failed", fromStep: from?.step ?? null, startedAt } as const;
    await ledger.attemptBegan(manifest.sweepId, trialId, noted);
    await ledger.attemptEnded(manifest.sweepId, trialId, token, "failed", at, message);
    progress.note(
      `${nameOf({ arm: this.#name, seed })}: attempt ${attempt} failed: ${message}${isLast ? "" : "; it is tried again"}`,
    );
  }

  /** Takes an attempt as the one that counts, with those that it goes on from. */
  async #follow(target: string): Promise<void> {
    const { manifest, ledger } = this.#parts;
    const legs = await this.#beginnings.legsTo(target);
    for (const { begun } of legs) {
      const { attempt, token, worker, startedAt, from } = begun;
      const noted = { attempt, token, worker, state: "running", fromStep: from?.step ?? null, startedAt } as const;
      await ledger.attemptBegan(manifest.sweepId, this.trial.trialId, noted);
    }
    const current = this.#legs.at(this.#leg)?.folder;
    const at = legs.findIndex(({ folder }) => folder === current);
    this.#legs = legs;
    if (!this.#isRunning) {
      await this.#start(legs[0]!.begun);
      [this.#leg, this.#next] = [0, 0];
    } else if (at < 0) {
      await this.#restart(legs[0]!.begun, 0);
      [this.#leg, this.#next] = [0, 0];
    } else {
      this.#leg = at;
      await this.#takeLeg();
      if (at < legs.length - 1) await this.#enter(at + 1);
    }
  }

  /** Takes all that is there, leg after leg: those before the last have ended. */
  async #take(commit: Commit | undefined): Promise<void> {
    if (this.#legs.length === 0) return;
    await this.#takeLeg(commit);
    while (this.#leg < this.#legs.length - 1) {
      await this.#enter(this.#leg + 1);
      await this.#takeLeg(commit);
    }
  }

  /** Goes on with the next leg, from the step that it goes on from. */
  async #enter(leg: number): Promise<void> {
    const { begun } = this.#legs[leg]!;
    const before = this.#run!;
    await this.#restart(begun, begun.from?.step ?? 0);
    [this.#leg, this.#next] = [leg, 0];
    await this.#record([resumed(this.#run!, before, begun.from?.step ?? 0)]);
  }

  /** Of the attempt that is committed, what it had then. */
  async #takeLeg(commit?: Commit): Promise<void> {
    const { place, store, hub, progress } = this.#parts;
    const { folder, upTo } = this.#legs[this.#leg]!;
    const most = commit?.folder === folder ? commit.segments : Infinity;
    while (this.#next < most) {
      const bytes = await place.read(`${this.trial.trialId}/${folder}/${segmentFile(this.#next)}`);
      if (bytes === undefined) return;
      const { records, steps, training } = await decodeSegment(bytes);
      const run = this.#run!;
      // What was known from the first attempt stays, with the probes that have been disabled since.
      if (training && this.#leg === 0) {
        await store.noteTraining(run.runId, training);
        hub?.runDescribed(run.runId, training);
      }
      this.#steps = Math.min(steps, upTo);
      progress.stepped(run, this.#steps);
      await this.#record(records.filter(({ step }) => step < upTo));
      this.#next += 1;
    }
  }

  async #record(records: readonly Recorded[]): Promise<void> {
    const { store, hub, progress, stopper } = this.#parts;
    const run = this.#run!;
    this.#verdict ??= stopper?.see(this.trial, records);
    for (const record of records) if (isEvent(record) && isWarning(record)) this.#warnings.push(record.message);
    await store.append(run.runId, records);
    hub?.publish(run.runId, records);
    progress.seen(this.#shown(run), records);
  }

  #shown(run: Run): Run {
    return { ...run, arm: this.#name };
  }

  /** Makes the run, or begins again one that an earlier process imported. */
  async #start({ attempt, host, startedAt }: Pick<Begun, "attempt" | "host" | "startedAt">): Promise<void> {
    const { manifest, dataset, store, hub, progress } = this.#parts;
    const { sweepId, experiment, pipeline, backend, codeVersion } = manifest;
    const { runId, arm, seed, hyper, network } = this.trial;
    const basis = { experiment, pipeline, backend, dataset, codeVersion, sweepId, host, startedAt, attempt };
    const run: Run = { ...basis, runId, arm, seed, hyper, steps: hyper.steps, network };
    this.#run = run;
    const [stored] = await selectRuns(store, "run_id = $1", [runId]);
    if (stored) return this.#restart({ attempt, host }, 0);
    await store.startRun(run);
    hub?.runStarted(run);
    progress.started(this.#shown(run));
    this.#isRunning = true;
  }

  async #restart({ attempt, host }: Pick<Begun, "attempt" | "host">, step: number): Promise<void> {
    const { store, hub, progress, stopper } = this.#parts;
    const run = { ...this.#run!, attempt, host };
    stopper?.goesOn(this.trial, step);
    if (this.#isRunning) {
      await store.finishRun(run.runId, "interrupted", Date.now());
      hub?.runEnded(run.runId, "interrupted");
    }
    const left = await store.restartRun(run, step);
    hub?.runRestarted(run, step, left);
    progress.started(this.#shown(run), step);
    this.#run = run;
    this.#steps = step;
    this.#isRunning = true;
  }

  async #conclude(outcome: Outcome, at: number, told?: RunEvent): Promise<void> {
    const { store, hub, progress } = this.#parts;
    const run = this.#run!;
    const event = told ?? endEvent(outcome, at, this.#steps, run.steps);
    if (event) await this.#record([event]);
    await store.finishRun(run.runId, outcome.status, at);
    hub?.runEnded(run.runId, outcome.status, at);
    progress.ended(run, outcome.status, lastStep(outcome, this.#steps, run.steps));
    this.#isRunning = false;
    const ends = new Set(["failed", "interrupted", "diverged"]);
    const warnings = this.#warnings.filter((text) => !ends.has(outcome.status) || text !== event?.message);
    if (event?.name === EARLY_END && !warnings.includes(event.message)) warnings.push(event.message);
    this.#end = { run, outcome, warnings };
  }
}
