import { createInterface } from "node:readline";
import { Worker } from "node:worker_threads";
import type { Draft } from "../../checkpoints/run-checkpoints.ts";
import type { Recorded, Run, RunEvent, Sink, Training } from "../../core/types.ts";
import { stepMeter } from "./step-meter.ts";
import { Handover } from "./channel.ts";
import { threadModule } from "./thread-module.ts";
import type { FromWorker, Outcome, ToWorker, TrialOrder } from "../worker/protocol.ts";

/** A trial under way. */
export interface TrialHandle {
  /** How it ended. Never rejects. Everything recorded has passed the sinks by then. */
  readonly outcome: Promise<Outcome>;
  /** Ends it as `interrupted` after the current step. */
  stop(): void;
  /** Lets it wait before its next step, or go on. A source of batches of the user's own does not wait. */
  pause(isPaused: boolean): void;
  /** Gives a control another value from the next step on. */
  move(control: string, value: number): void;
  /** Passes an event to every sink in its turn among the records. Returns false, and does not, once the trial has ended. */
  note(event: RunEvent): boolean;
}

/** Who is told how the trial is doing, besides the sinks. */
interface TrialWatcher {
  /** What it trains, before the first step. */
  readonly onTraining: (training: Training) => void;
  /** Optimizer steps begun so far. */
  readonly onSteps: (steps: number) => void;
  /** A line that the pipeline printed. */
  readonly onText: (line: string) => void;
  /** A checkpoint, when every sink has what was recorded before it; a rejection ends the trial. Default: it does not count. */
  readonly onCheckpoint?: (draft: Draft) => Promise<void>;
  /** The checkpoints so far are none: the trial could not go on from them. */
  readonly onUnresumable?: () => void;
}

/** Starts a trial in a worker thread and passes its records to every sink; the slowest of them sets the pace. */
export function startTrial(order: TrialOrder, run: Run, sinks: readonly Sink[], watcher: TrialWatcher): TrialHandle {
  return new TrialThread(order, run, sinks, watcher);
}

class TrialThread implements TrialHandle {
  readonly outcome: Promise<Outcome>;
  readonly #worker: Worker;
  readonly #watcher: TrialWatcher;
  readonly #channels: readonly Handover<readonly Recorded[]>[];
  readonly #meter = stepMeter();
  #isHeard = false;
  #isStopping = false;
  #isOver = false;
  #isUnresumable = false;
  /** What ended the trial that the thread knows nothing of. */
  #broken: { readonly reason: unknown } | undefined;
  /** What was sent so far has passed the sinks. */
  #passed: Promise<unknown> = Promise.resolve();
  /** The checkpoints so far are kept, or count for nothing. */
  #kept: Promise<unknown> = Promise.resolve();

  constructor(order: TrialOrder, run: Run, sinks: readonly Sink[], watcher: TrialWatcher) {
    this.#watcher = watcher;
    this.#worker = new Worker(threadModule("worker"), { workerData: order, stdout: true, stderr: true });
    for (const input of [this.#worker.stdout, this.#worker.stderr])
      createInterface({ input }).on("line", watcher.onText);
    this.#channels = sinks.map(() => new Handover<readonly Recorded[]>());
    const consumed = sinks.map((sink, i) => this.#consume(sink, this.#channels[i]!, run));
    this.outcome = this.#finish(Promise.all(consumed));
  }

  stop(): void {
    this.#isStopping = true;
    if (this.#isHeard) this.#tell({ type: "stop" });
    else void this.#worker.terminate();
  }

  pause(isPaused: boolean): void {
    this.#tell({ type: "pause", isPaused });
  }

  move(control: string, value: number): void {
    this.#tell({ type: "move", control, value });
  }

  note(event: RunEvent): boolean {
    if (this.#isOver) return false;
    void this.#pass([event]);
    return true;
  }

  #tell(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  async #finish(consumed: Promise<unknown>): Promise<Outcome> {
    const outcome = await this.#ended();
    await this.#kept;
    // A timer or a socket of the pipeline's would keep the thread, and with it the process, alive.
    await this.#worker.terminate();
    this.#isOver = true;
    for (const channel of this.#channels) channel.close();
    await consumed;
    if (!this.#broken) return outcome;
    const { reason } = this.#broken;
    return failed(`recording failed: ${reason instanceof Error ? reason.message : String(reason)}`);
  }

  #ended(): Promise<Outcome> {
    return new Promise((resolve) => {
      this.#worker.on("message", (message: FromWorker) => {
        this.#isHeard = true;
        if (message.type === "end") resolve(message.outcome);
        else this.#take(message);
      });
      this.#worker.on("error", (error) => resolve(failed(`its thread failed: ${error.message}`)));
      this.#worker.on("exit", (code) =>
        resolve(
          this.#isStopping ? { status: "interrupted" } : failed(`its thread ended early, with exit code ${code}`),
        ),
      );
    });
  }

  #take(message: Exclude<FromWorker, { type: "end" }>): void {
    const { onTraining, onSteps, onUnresumable } = this.#watcher;
    switch (message.type) {
      case "training":
        return onTraining(message.training);
      case "unresumable":
        this.#isUnresumable = true;
        return onUnresumable?.();
      case "checkpoint":
        this.#kept = Promise.all([this.#kept, this.#keep(message.draft)]);
        return;
      case "records": {
        onSteps(message.steps);
        const records = [...message.records, ...this.#meter(message.records)];
        void this.#pass(records).then(() => this.#tell({ type: "credit" }));
      }
    }
  }

  #pass(records: readonly Recorded[]): Promise<unknown> {
    this.#passed = Promise.all(this.#channels.map((channel) => channel.push(records)));
    return this.#passed;
  }

  /** Keeps a checkpoint once what was recorded before it has passed the sinks. Never rejects. */
  async #keep(draft: Draft): Promise<void> {
    await this.#passed;
    if (this.#broken || this.#isUnresumable) return;
    try {
      await this.#watcher.onCheckpoint?.(draft);
    } catch (reason) {
      this.#break(reason);
    }
  }

  /**
   * Feeds a sink; one that fails stops the trial, and its channel is drained so that the others get what was recorded.
   * Never rejects.
   */
  async #consume(sink: Sink, channel: Handover<readonly Recorded[]>, run: Run): Promise<void> {
    try {
      await sink(channel, run);
    } catch (reason) {
      this.#break(reason);
      channel.discard();
    }
  }

  #break(reason: unknown): void {
    this.#broken ??= { reason };
    this.#tell({ type: "stop" });
  }
}

const failed = (message: string): Outcome => ({ status: "failed", message, isUserError: false });
