import { createInterface } from "node:readline";
import { Worker } from "node:worker_threads";
import { stepsPerSecond } from "../../core/pace.ts";
import type { Recorded, Run, Sink, Training } from "../../core/types.ts";
import { Handover } from "./channel.ts";
import { threadModule } from "./thread-module.ts";
import type { FromWorker, Outcome, ToWorker, TrialOrder } from "../worker/protocol.ts";

/** A trial under way. */
export interface TrialHandle {
  /** How it ended. Never rejects. Everything recorded has passed the sinks by then. */
  readonly outcome: Promise<Outcome>;
  /** Ends it as `interrupted` after the current step. */
  stop(): void;
}

/** Who is told how the trial is doing, besides the sinks. */
interface TrialWatcher {
  /** What it trains, before the first step. */
  readonly onTraining: (training: Training) => void;
  /** Optimizer steps begun so far. */
  readonly onSteps: (steps: number) => void;
  /** A line that the pipeline printed. */
  readonly onText: (line: string) => void;
}

/** Starts a trial in a worker thread and passes its records to every sink; the slowest of them sets the pace. */
export function startTrial(
  order: TrialOrder,
  run: Run,
  sinks: readonly Sink[],
  { onTraining, onSteps, onText }: TrialWatcher,
): TrialHandle {
  const worker = new Worker(threadModule("worker"), { workerData: order, stdout: true, stderr: true });
  for (const input of [worker.stdout, worker.stderr]) createInterface({ input }).on("line", onText);
  const tell = (message: ToWorker) => worker.postMessage(message);
  const channels = sinks.map(() => new Handover<readonly Recorded[]>());
  let stopping = false;
  let heard = false;

  const ended = new Promise<Outcome>((resolve) => {
    const fail = (message: string) => resolve({ status: "failed", message, isUserError: false });
    worker.on("message", (message: FromWorker) => {
      heard = true;
      if (message.type === "end") return resolve(message.outcome);
      if (message.type === "training") return onTraining(message.training);
      onSteps(message.steps);
      const records = withTiming(message.records);
      void Promise.all(channels.map((channel) => channel.push(records))).then(() => tell({ type: "credit" }));
    });
    worker.on("error", (error) => fail(`its thread failed: ${error.message}`));
    worker.on("exit", (code) =>
      stopping ? resolve({ status: "interrupted" }) : fail(`its thread ended early, with exit code ${code}`),
    );
  });

  const meter = stepMeter();
  function withTiming(records: readonly Recorded[]): readonly Recorded[] {
    const timing = meter(records);
    return timing ? [...records, timing] : records;
  }

  const finished = async (): Promise<Outcome> => {
    const results = Promise.allSettled(
      sinks.map((sink, i) => consume(sink, channels[i]!, run, () => tell({ type: "stop" }))),
    );
    const outcome = await ended;
    // A timer or a socket of the pipeline's would keep the thread, and with it the process, alive.
    await worker.terminate();
    channels.forEach((channel) => channel.close());
    const broken = (await results).find((result) => result.status === "rejected");
    if (!broken) return outcome;
    const { reason } = broken as { reason: unknown };
    return {
      status: "failed",
      message: `recording failed: ${reason instanceof Error ? reason.message : String(reason)}`,
      isUserError: false,
    };
  };

  return {
    outcome: finished(),
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

/** Gives a `steps_per_second` reading about once a second, from the steps that the records name. */
function stepMeter(): (records: readonly Recorded[]) => Recorded | undefined {
  let since: { readonly at: number; readonly step: number } | undefined;
  return (records) => {
    const step = records.at(-1)?.step;
    const at = performance.now();
    if (step === undefined) return undefined;
    since ??= { at, step };
    if (at - since.at < 1000 || step <= since.step) return undefined;
    const value = stepsPerSecond(step - since.step, at - since.at)!;
    since = { at, step };
    return { kind: "reading", step, probe: "timing", stat: "steps_per_second", value };
  };
}
