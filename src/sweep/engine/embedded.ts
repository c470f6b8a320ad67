import { randomUUID } from "node:crypto";
import { Subject } from "rxjs";
import { StaleClaim, type Claim, type Engine, type EngineWorker, type LostLease, type OpenTrial } from "./engine.ts";

/** How long leases last, in milliseconds. */
export interface EmbeddedTimes {
  /** A lease that nobody renews ends after this. Default 30 s. */
  readonly leaseMs?: number;
  /** Time between two renewals. Default a sixth of it. */
  readonly renewMs?: number;
}

interface Held {
  readonly claim: Claim;
  readonly lost: AbortController;
  readonly owner: EmbeddedWorker;
  until: number;
}

interface Entry {
  attempts: number;
  state: "waiting" | "ended" | Held;
}

/**
 * Hands out the trials of one sweep within this process. It remembers nothing beyond it: what is planned is in the store,
 * and what is committed is in place.
 */
export class EmbeddedEngine implements Engine {
  readonly lost = new Subject<LostLease>();
  readonly #leaseMs: number;
  readonly #renewMs: number;
  readonly #trials = new Map<string, Entry>();
  /** In the order in which they are handed out. */
  readonly #waiting: string[] = [];
  readonly #waiters = new Set<() => void>();
  readonly #timer: NodeJS.Timeout;
  #isClosed = false;

  constructor({ leaseMs = 30_000, renewMs = leaseMs / 6 }: EmbeddedTimes = {}) {
    this.#leaseMs = leaseMs;
    this.#renewMs = renewMs;
    this.#timer = setInterval(() => this.#expire(), renewMs);
    this.#timer.unref();
  }

  enqueue(trialIds: readonly string[]): Promise<void> {
    for (const trialId of trialIds) {
      if (this.#trials.has(trialId)) continue;
      this.#trials.set(trialId, { attempts: 0, state: "waiting" });
      this.#waiting.push(trialId);
    }
    this.#wake();
    return Promise.resolve();
  }

  withdraw(trialIds: readonly string[]): Promise<void> {
    for (const trialId of trialIds) {
      const state = this.#trials.get(trialId)?.state;
      if (typeof state === "object") continue;
      this.#trials.delete(trialId);
      if (state === "waiting") this.#waiting.splice(this.#waiting.indexOf(trialId), 1);
    }
    return Promise.resolve();
  }

  open(): Promise<readonly OpenTrial[]> {
    const trials = [...this.#trials].flatMap(([trialId, { state }]): OpenTrial[] =>
      state === "ended" ? [] : [{ trialId, state: state === "waiting" ? "waiting" : "claimed" }],
    );
    return Promise.resolve(trials);
  }

  /** Starts a worker. */
  worker(): EmbeddedWorker {
    return new EmbeddedWorker(this, this.#renewMs);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    this.#wake();
    await Promise.resolve();
  }

  /** For its workers: waits for a trial. */
  async claim(owner: EmbeddedWorker, signal: AbortSignal): Promise<Claim | undefined> {
    for (;;) {
      if (signal.aborted || this.#isClosed) return undefined;
      const trialId = this.#waiting.shift();
      if (trialId !== undefined) return this.#lease(trialId, owner);
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          this.#waiters.delete(wake);
          signal.removeEventListener("abort", wake);
          resolve();
        };
        this.#waiters.add(wake);
        signal.addEventListener("abort", wake);
      });
    }
  }

  /** For its workers: prolongs their leases. */
  renew(owner: EmbeddedWorker): void {
    for (const held of this.#held()) if (held.owner === owner) held.until = performance.now() + this.#leaseMs;
  }

  /** For its workers: ends a lease. @throws {StaleClaim} when it is theirs no more. */
  settle(claim: Claim, to: "waiting" | "ended"): void {
    const entry = this.#trials.get(claim.trialId);
    const state = entry?.state;
    if (!entry || typeof state !== "object" || state.claim.token !== claim.token) throw new StaleClaim(claim);
    this.#move(claim.trialId, entry, to);
  }

  /** For its workers: gives back everything that one of them holds. */
  giveBack(owner: EmbeddedWorker): void {
    for (const { claim, lost, owner: by } of this.#held()) {
      if (by !== owner) continue;
      this.settle(claim, "waiting");
      lost.abort();
    }
  }

  #lease(trialId: string, owner: EmbeddedWorker): Claim {
    const entry = this.#trials.get(trialId)!;
    entry.attempts += 1;
    const lost = new AbortController();
    const claim = { trialId, attempt: entry.attempts, token: randomUUID(), signal: lost.signal };
    entry.state = { claim, lost, owner, until: performance.now() + this.#leaseMs };
    return claim;
  }

  #held(): readonly Held[] {
    return [...this.#trials.values()].flatMap(({ state }) => (typeof state === "object" ? [state] : []));
  }

  #expire(): void {
    for (const { claim, lost, until } of this.#held()) {
      if (performance.now() < until) continue;
      const { trialId, attempt } = claim;
      this.settle(claim, "waiting");
      this.lost.next({ trialId, attempt });
      lost.abort();
    }
  }

  #move(trialId: string, entry: Entry, to: "waiting" | "ended"): void {
    entry.state = to;
    if (to === "ended") return;
    this.#waiting.push(trialId);
    this.#wake();
  }

  #wake(): void {
    for (const wake of [...this.#waiters]) wake();
  }
}

/** One who trains, in the process of the engine. */
export class EmbeddedWorker implements EngineWorker {
  readonly #engine: EmbeddedEngine;
  readonly #closing = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #isPaused = false;

  constructor(engine: EmbeddedEngine, renewMs: number) {
    this.#engine = engine;
    this.#timer = setInterval(() => {
      if (!this.#isPaused) engine.renew(this);
    }, renewMs);
    this.#timer.unref();
  }

  claim(signal: AbortSignal): Promise<Claim | undefined> {
    return this.#engine.claim(this, AbortSignal.any([signal, this.#closing.signal]));
  }

  async complete(claim: Claim): Promise<void> {
    await Promise.resolve();
    this.#engine.settle(claim, "ended");
  }

  async fail(claim: Claim, _reason: string, retry: boolean): Promise<void> {
    await Promise.resolve();
    this.#engine.settle(claim, retry ? "waiting" : "ended");
  }

  async release(claim: Claim): Promise<void> {
    await Promise.resolve();
    this.#engine.settle(claim, "waiting");
  }

  /** Renews no lease, as a process does that is stopped, until the returned function is called. */
  pause(): () => void {
    this.#isPaused = true;
    return () => (this.#isPaused = false);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#closing.abort();
    this.#engine.giveBack(this);
    await Promise.resolve();
  }
}
