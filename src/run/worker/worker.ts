import { parentPort, workerData } from "node:worker_threads";
import { Subscription, tap } from "rxjs";
import { outOfMemory } from "../../backend/out-of-memory.ts";
import { startBackend } from "../../backend/start.ts";
import { readCheckpoint } from "../../checkpoints/read-checkpoint.ts";
import { RunCheckpoints } from "../../checkpoints/run-checkpoints.ts";
import { DivergedError, UserError } from "../../core/errors.ts";
import { chooseArms } from "../../experiment/experiment.ts";
import { oneLine } from "../../core/one-line.ts";
import { deviceCaughtUp } from "../../core/read.ts";
import { joinSession, ProbeSession, type ProbeBegun } from "../../core/session.ts";
import { TrialControls } from "../../experiment/trial-controls.ts";
import { trialContext } from "../../experiment/trial-context.ts";
import type { RunEvent } from "../../core/types.ts";
import { noteCrash } from "../process/crash.ts";
import { loadPipeline } from "../pipeline/load-pipeline.ts";
import { Checkpointer } from "./checkpointer.ts";
import { Pause } from "./pause.ts";
import { Outbox } from "./outbox.ts";
import type { FromWorker, Outcome, ToWorker, TrialOrder } from "./protocol.ts";
import { startRun } from "../pipeline/start-run.ts";
import { trainingOf } from "../pipeline/training-of.ts";

/** What the runner asks of a trial under way, before it is ready too. */
interface Asked {
  readonly onStop: (stop: () => void) => void;
  readonly onMoves: (move: (name: string, value: number) => void) => void;
}

/** Trains one trial in this thread, and sends what it records in chunks, as the runner takes them. */
async function runTrial(order: TrialOrder, outbox: Outbox, { onStop, onMoves }: Asked): Promise<Outcome> {
  await startBackend(order.backend);
  const { experiment } = await loadPipeline(order.pipeline);
  const arm = chooseArms(experiment, order.hyper, [order.arm])[order.arm]!;
  const from = order.from === undefined ? undefined : readCheckpoint(order.from);
  if (from) outbox.goOn(from.snapshot.step, from.milliseconds);
  let isStopping = false;
  const gate = async (): Promise<void> => {
    await deviceCaughtUp();
    await checkpointer?.beforeStep();
    while (pause.over) await pause.over;
    if (isStopping) await new Promise(() => undefined);
    await outbox.beforeStep();
  };
  const past = from?.snapshot.step ?? 0;
  const given = trialContext({ arm, seed: order.seed, data: order.data, gate, past });
  const probes: ProbeBegun[] = [];
  let isDescribed = false;
  const session = new ProbeSession(
    {
      step: ({ step }) => outbox.inStep(step),
      ...(order.checkpoints && { updated: () => checkpointer?.updated() }),
      probe: (begun) => isDescribed || probes.push(begun),
      training: (begun) => {
        if (isDescribed) outbox.takeBack();
        else outbox.describe(trainingOf(begun, probes));
        isDescribed = true;
        controls.begin();
      },
      stepped: (step) => controls.stepped(step),
    },
    from?.snapshot,
    order.replay,
  );
  const checkpointer = order.checkpoints && checkpointerOf(order.checkpoints, session, outbox);
  const record = (event: RunEvent): void => outbox.add(event);
  const controls = new TrialControls(experiment.controls ?? {}, { session, step: past, record });
  joinSession(session);
  outbox.follow(session);
  const context = Object.assign({}, order.hyper, given, { controls: controls.now });
  const records = startRun(() => experiment.run(context));
  return new Promise((resolve, reject) => {
    const subscription = new Subscription();
    onStop(() => {
      isStopping = true;
      const end = () => {
        subscription.unsubscribe();
        resolve({ status: "interrupted" });
      };
      const taking = checkpointer?.take();
      if (taking) void taking.finally(end);
      else end();
    });
    subscription.add(
      records.pipe(tap((record) => outbox.add(record))).subscribe({
        error: reject,
        complete: () => resolve({ status: "completed" }),
      }),
    );
    onMoves((name, value) => controls.move(name, value));
  });
}

function checkpointerOf(
  { root, every, identity }: NonNullable<TrialOrder["checkpoints"]>,
  session: ProbeSession,
  outbox: Outbox,
): Checkpointer {
  return new Checkpointer({
    checkpoints: new RunCheckpoints(root, identity.runId),
    every,
    identity,
    session,
    milliseconds: () => outbox.milliseconds,
    hand: (draft) => outbox.hand(draft),
    record: (event) => outbox.add(event),
    step: () => outbox.step,
  });
}

function failure(error: unknown): Outcome {
  if (error instanceof DivergedError) {
    return { status: "diverged", message: error.message, step: error.step, layer: error.layer ?? null };
  }
  const users = error instanceof UserError ? error : outOfMemory(error);
  if (users) return { status: "failed", message: users.message, isUserError: true };
  const stack = error instanceof Error ? { stack: error.stack ?? "" } : {};
  return { status: "failed", message: oneLine(error), isUserError: false, ...stack };
}

const port = parentPort!;
const pause = new Pause();
const outbox = new Outbox((message: FromWorker) => port.postMessage(message));
let stopped = false;
let stop = (): void => undefined;
const early: [name: string, value: number][] = [];
let move = (name: string, value: number): void => void early.push([name, value]);
port.on("message", (message: ToWorker) => {
  if (message.type === "credit") return outbox.credit();
  if (message.type === "pause") return pause.set(message.isPaused);
  if (message.type === "move") return move(message.control, message.value);
  stopped = true;
  stop();
});
// What is thrown outside the stream (a timer, a promise), or ends the thread: what was recorded is still sent.
const crash = (error: unknown): void => {
  noteCrash(error);
  outbox.end(failure(error));
  process.exit(1);
};
process.on("uncaughtException", crash);
process.on("unhandledRejection", crash);
process.on("exit", (code) => {
  outbox.end({ status: "failed", message: `the pipeline ended its thread, with exit code ${code}`, isUserError: true });
});
const outcome = await runTrial(workerData as TrialOrder, outbox, {
  onStop: (f) => {
    stop = f;
    if (stopped) f();
  },
  onMoves: (f) => {
    move = f;
    for (const one of early) f(...one);
  },
}).catch(failure);
outbox.end(outcome);
port.close();
