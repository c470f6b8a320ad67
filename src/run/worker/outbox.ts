import type { Draft } from "../../checkpoints/run-checkpoints.ts";
import { checkRecord } from "../../core/check-record.ts";
import type { ProbeSession } from "../../core/session.ts";
import type { Recorded, Training } from "../../core/types.ts";
import { CREDITS, type FromWorker, type Outcome } from "./protocol.ts";

/** Records that are worth a message between two steps. */
const CHUNK = 500;
/** Records of one message, and of a step those that wait for no step to end. */
const MOST = 5000;
const LATEST_MS = 100;
const COSTS_EVERY_MS = 5000;

/** Gathers records into chunks and holds training back while the runner has not taken enough of them. */
export class Outbox {
  readonly #post: (message: FromWorker) => void;
  readonly #timer: NodeJS.Timeout;
  #records: Recorded[] = [];
  /** Of those, how many have been sent: what a step records at once may be more than is taken at once. */
  #sent = 0;
  #credits = CREDITS;
  #steps = 0;
  /** Of them, those that trained: batches may be asked for that no step takes. */
  #trained = 0;
  #sentAt = performance.now();
  /** Let steps begin: one of each source that asks. */
  #waiting: (() => void)[] = [];
  #ended = false;
  /** The newest that a record named. */
  #step: number | undefined;
  #startedAt: number | undefined;
  #session: ProbeSession | undefined;
  #costsAt = 0;
  /** Milliseconds that the trial had trained before it was interrupted. */
  #before = 0;

  constructor(post: (message: FromWorker) => void) {
    this.#post = post;
    this.#timer = setInterval(() => this.#records.length > this.#sent && this.#sendIfDue(), LATEST_MS);
    this.#timer.unref();
  }

  /** Takes a record. @throws {UserError} when it is none. */
  add(record: Recorded): void {
    checkRecord(record);
    this.#records.push(record);
    this.#step = record.step;
    if (this.#records.length - this.#sent >= MOST && this.#credits > 0) this.#send();
  }

  /** Counts on from a checkpoint. */
  goOn(steps: number, milliseconds: number): void {
    this.#steps = steps;
    this.#before = milliseconds;
  }

  /** The newest step that has begun. */
  get step(): number {
    return Math.max(0, this.#steps - 1);
  }

  /** Milliseconds that the trial has trained. */
  get milliseconds(): number {
    return this.#before + (this.#startedAt === undefined ? 0 : performance.now() - this.#startedAt);
  }

  /** Takes the costs of its probes from a session. */
  follow(session: ProbeSession): void {
    this.#session = session;
  }

  describe(training: Training): void {
    this.#startedAt ??= this.#costsAt = performance.now();
    this.#post({ type: "training", training });
  }

  /** Counts a step, from within it: a source of the user's own does not ask before it. */
  inStep(step: number): void {
    this.#trained = Math.max(this.#trained, step + 1);
    this.#steps = Math.max(this.#steps, step + 1);
    this.#sendIfDue();
  }

  /** Asks, before an optimizer step, whether it may begin; a promise means: wait, the sinks are behind. */
  beforeStep(): Promise<void> | undefined {
    this.#startedAt ??= this.#costsAt = performance.now();
    if (performance.now() - this.#costsAt >= COSTS_EVERY_MS) this.#addCosts();
    this.#sendIfDue();
    this.#steps += 1;
    if (this.#credits > 0 && !this.#isBehind) return undefined;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  credit(): void {
    this.#credits += 1;
    if (this.#isBehind) this.#send();
    if (this.#isBehind || this.#credits <= 0) return;
    for (const begin of this.#waiting.splice(0)) begin();
  }

  /** Sends what is left, and after it a checkpoint's draft. */
  hand(draft: Draft): void {
    while (this.#records.length > 0) this.#send();
    this.#post({ type: "checkpoint", draft });
  }

  /** Takes back the checkpoints that were handed on. */
  takeBack(): void {
    this.#post({ type: "unresumable" });
  }

  /** Sends what is left and how it ended; only the first end counts. */
  end(outcome: Outcome): void {
    if (this.#ended) return;
    this.#ended = true;
    clearInterval(this.#timer);
    this.#addCosts();
    if (outcome.status === "completed") {
      this.#steps = this.#trained > 0 ? this.#trained : Math.max(this.#steps, (this.#step ?? -1) + 1);
    }
    do this.#send();
    while (this.#sent < this.#records.length);
    this.#post({ type: "end", outcome });
  }

  /** Records what each probe has taken so far, and the run in all, in milliseconds. */
  #addCosts(): void {
    if (this.#startedAt === undefined || this.#step === undefined) return;
    this.#costsAt = performance.now();
    const step = this.#step;
    const value = this.milliseconds;
    this.#records.push(...(this.#session?.costs.readings(step) ?? []), {
      kind: "reading",
      step,
      probe: "timing",
      stat: "milliseconds",
      value,
    });
  }

  /** More waits than one message takes. */
  get #isBehind(): boolean {
    return this.#records.length - this.#sent >= MOST;
  }

  #sendIfDue(): void {
    const waiting = this.#records.length - this.#sent;
    const due = waiting >= CHUNK || performance.now() - this.#sentAt >= LATEST_MS;
    if (due && this.#credits > 0) this.#send();
    while (this.#isBehind && this.#credits > 0) this.#send();
  }

  /** Sends what waits, as much as one message takes. */
  #send(): void {
    const end = Math.min(this.#records.length, this.#sent + MOST);
    const isAll = end === this.#records.length;
    const records = isAll && this.#sent === 0 ? this.#records : this.#records.slice(this.#sent, end);
    this.#post({ type: "records", records, steps: this.#steps });
    this.#records = isAll ? [] : this.#records;
    this.#sent = isAll ? 0 : end;
    this.#credits -= 1;
    this.#sentAt = performance.now();
  }
}
