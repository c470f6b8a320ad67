import { hostname } from "node:os";
import { nameOf } from "../../run/terminal/run-line.ts";
import { StaleClaim, type Claim, type EngineWorker } from "../engine/engine.ts";
import {
  attemptFolder,
  attemptFolders,
  attemptOf,
  commitAttempt,
  fail,
  failures,
  readCommit,
} from "../place/attempts.ts";
import type { SweepManifest } from "../place/manifest.ts";
import { TrialBook } from "../place/trial-book.ts";
import { openPlace } from "../place/open-place.ts";
import type { PlaceAddress, ResultPlace } from "../place/result-place.ts";
import type { PlannedTrial } from "../plan/planned-trial.ts";
import type { AttemptEnd } from "./train-attempt.ts";
import { TrialProcess } from "./trial-process.ts";

/** How often is looked whether a trial that trains is over, in a sweep that stops some early. */
const LOOK_MS = 2000;

/** What lanes train, and for whom. */
export interface LanesOptions {
  readonly worker: EngineWorker;
  readonly manifest: SweepManifest;
  readonly address: PlaceAddress;
  /** Trials that train at the same time. */
  readonly jobs: number;
  readonly cores: number;
  /** Takes a line for people. */
  readonly tell: (line: string) => void;
}

/**
 * Claims trials of a sweep, as many at a time as there are lanes, and trains each in a process of its own. Nothing is
 * trained here: the leases are renewed whatever a training does.
 */
export class Lanes {
  readonly #options: LanesOptions;
  readonly #place: ResultPlace;
  readonly #book: TrialBook;
  readonly #stopping = new AbortController();
  readonly #processes = new Set<TrialProcess>();
  readonly #looking = new Set<TrialProcess>();

  constructor(options: LanesOptions) {
    this.#options = options;
    this.#place = openPlace(options.address);
    this.#book = new TrialBook(this.#place);
  }

  /** Resolves when nothing will come any more, or all have stopped. */
  async run(): Promise<void> {
    const lanes = Array.from({ length: this.#options.jobs }, (_, lane) => this.#lane(lane));
    const results = await Promise.allSettled(lanes);
    const broken = results.find((result) => result.status === "rejected");
    if (broken) throw broken.reason;
  }

  /** Claims no more; what trains writes a checkpoint, is given back and ends. */
  stop(): void {
    this.#stopping.abort();
    for (const one of this.#processes) one.stop();
  }

  async #lane(lane: number): Promise<void> {
    const { worker } = this.#options;
    const { signal } = this.#stopping;
    try {
      for (;;) {
        const claim = await worker.claim(signal);
        if (!claim) return;
        if (signal.aborted) await worker.release(claim);
        else await this.#serve(claim, lane);
      }
    } catch (error) {
      this.stop();
      throw error;
    }
  }

  async #serve(claim: Claim, lane: number): Promise<void> {
    const { worker, tell } = this.#options;
    const { trialId, token } = claim;
    try {
      if (await readCommit(this.#place, trialId)) return await worker.complete(claim);
      const trial = await this.#book.find(trialId);
      if (!trial) return await worker.fail(claim, "it is of no plan", false);
      const folders = await attemptFolders(this.#place, trialId);
      // An engine that lost its memory counts anew.
      const attempt = Math.max(claim.attempt, attemptOf(folders.at(-1) ?? "") + 1);
      const folder = attemptFolder(attempt, token);
      const end = await this.#train(claim, { trial, attempt, folder, lane });
      // Somebody else may train it now, and what this attempt has counts no more.
      if (claim.signal.aborted) return tell(`${nameOf(trial)}: its lease was lost; another worker goes on`);
      if (await readCommit(this.#place, trialId)) return await worker.complete(claim);
      await this.#settle(claim, { folder, attempt, worker: this.#name(lane) }, end);
    } catch (error) {
      if (!(error instanceof StaleClaim)) throw error;
      tell(error.message);
    }
  }

  async #train(
    claim: Claim,
    what: { readonly trial: PlannedTrial; readonly attempt: number; readonly folder: string; readonly lane: number },
  ): Promise<AttemptEnd> {
    const { address, manifest, jobs, cores, tell } = this.#options;
    const { trial, attempt, folder, lane } = what;
    const worker = this.#name(lane);
    const share = { cores, lanes: jobs };
    const order = { place: address, manifest, trial, attempt, folder, token: claim.token, worker, share };
    const one = new TrialProcess(order, (line) => tell(`${nameOf(trial)}: ${line}`));
    const end = (): void => one.kill("lost its lease");
    claim.signal.addEventListener("abort", end);
    const looks = manifest.earlyStop && setInterval(() => void this.#endIfOver(one, trial), LOOK_MS);
    this.#processes.add(one);
    if (claim.signal.aborted) end();
    if (this.#stopping.signal.aborted) one.stop();
    try {
      return await one.ended;
    } finally {
      clearInterval(looks);
      claim.signal.removeEventListener("abort", end);
      this.#processes.delete(one);
    }
  }

  /** Ends a process whose trial has got its result meanwhile: it was stopped early, or somebody else was faster. */
  async #endIfOver(one: TrialProcess, { trialId }: PlannedTrial): Promise<void> {
    // A place that is out of reach takes its time to say so, and is heard of by what trains.
    if (this.#looking.has(one)) return;
    this.#looking.add(one);
    const commit = await readCommit(this.#place, trialId).catch(() => undefined);
    this.#looking.delete(one);
    if (commit) one.kill("was not needed any more");
  }

  /** Names a lane for people. */
  #name(lane: number): string {
    return `${hostname()} ${process.pid}/${lane}`;
  }

  async #settle(
    claim: Claim,
    of: { readonly folder: string; readonly attempt: number; readonly worker: string },
    { outcome, segments, steps }: AttemptEnd,
  ): Promise<void> {
    const { worker, manifest } = this.#options;
    const { trialId, token } = claim;
    const { folder, ...who } = of;
    const at = Date.now();
    if (outcome.status === "interrupted") return worker.release(claim);
    if (outcome.status === "failed") {
      const { message, isUserError, stack } = outcome;
      const why = { message, isUserError, at, ...(stack !== undefined && { stack }) };
      await fail(this.#place, trialId, folder, { ...who, token, ...why });
      const failed = await failures(this.#place, trialId, await attemptFolders(this.#place, trialId));
      return worker.fail(claim, message, failed.length <= manifest.retries);
    }
    const how = outcome.status === "diverged" ? outcome : { status: "completed" as const };
    await commitAttempt(this.#place, trialId, { folder, token, segments, steps, at, outcome: how });
    await worker.complete(claim);
  }
}
