import { createInterface } from "node:readline";
import { Worker } from "node:worker_threads";
import type { Draft } from "../../checkpoints/run-checkpoints.ts";
import type { Recorded, Run, Sink, Training } from "../../core/types.ts";
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
  const { onTraining, onSteps, onText, onCheckpoint, onUnresumable } = watcher;
  const worker = new Worker(threadModule("worker"), { workerData: order, stdout: true, stderr: true });
  for (const input of [worker.stdout, worker.stderr]) createInterface({ input }).on("line", onText);
  const tell = (message: ToWorker) => worker.postMessage(message);
  const channels = sinks.map(() => new Handover<readonly Recorded[]>());
  let stopping = false;
  let heard = false;
  let isBroken = false;
  let isUnresumable = false;
  // What was sent so far has passed the sinks; the checkpoints have been dealt with.
  let passed: Promise<unknown> = Promise.resolve();
  let dealtWith: Promise<void> = Promise.resolve();
  let undealt: { readonly reason: unknown } | undefined;
  const deal = async (draft: Draft): Promise<void> => {
    await passed;
    if (isBroken || isUnresumable) return;
    try {
      await onCheckpoint?.(draft);
    } catch (reason) {
      undealt ??= { reason };
      isBroken = true;
      tell({ type: "stop" });
    }
  };

  const ended = new Promise<Outcome>((resolve) => {
    const fail = (message: string) => resolve({ status: "failed", message, isUserError: false });
    worker.on("message", (message: FromWorker) => {
      heard = true;
      if (message.type === "end") return resolve(message.outcome);
      if (message.type === "training") return onTraining(message.training);
      if (message.type === "unresumable") {
        isUnresumable = true;
        return onUnresumable?.();
      }
      if (message.type === "checkpoint") {
        dealtWith = Promise.all([dealtWith, deal(message.draft)]).then(() => undefined);
        return;
      }
      onSteps(message.steps);
      const records = withTiming(message.records);
      passed = Promise.all(channels.map((channel) => channel.push(records))).then(() => tell({ type: "credit" }));
    });
    worker.on("error", (error) => fail(`its thread failed: ${error.message}`));
    worker.on("exit", (code) =>
      stopping ? resolve({ status: "interrupted" }) : fail(`its thread ended early, with exit code ${code}`),
    );
  });

  const meter = stepMeter();
  function withTiming(records: readonly Recorded[]): readonly Recorded[] {
    const timing = meter(records);
    return timing.length > 0 ? [...records, ...timing] : records;
  }

  const finished = async (): Promise<Outcome> => {
    const results = Promise.allSettled(
      sinks.map((sink, i) =>
        consume(sink, channels[i]!, run, () => {
          isBroken = true;
          tell({ type: "stop" });
        }),
      ),
    );
    const outcome = await ended;
    await dealtWith;
    // A timer or a socket of the pipeline's would keep the thread, and with it the process, alive.
    await worker.terminate();
    channels.forEach((channel) => channel.close());
    const broken = (await results).find((result) => result.status === "rejected") ?? undealt;
    if (!broken) return outcome;
    const reason: unknown = broken.reason;
    return {
      status: "failed",
      message: `recording failed: ${reason instanceof Error ? reason.message : String(reason)}`,
      isUserError: false,
    };
  };

  return {
    outcome: finished(),
    pause: (isPaused) => tell({ type: "pause", isPaused }),
    move: (control, value) => tell({ type: "move", control, value }),
    stop: () => {
      stopping = true;
      if (heard) tell({ type: "stop" });
      else void worker.terminate();
    },
  };
}

/**
 * Feeds a sink; one that fails stops the trial, and its channel is drained so that the others get what was recorded.
 */
async function consume(
  sink: Sink,
  channel: Handover<readonly Recorded[]>,
  run: Run,
  stopTrial: () => void,
): Promise<void> {
  try {
    await sink(channel, run);
  } catch (error) {
    stopTrial();
    channel.discard();
    throw error;
  }
}
