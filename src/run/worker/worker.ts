import { parentPort, workerData } from "node:worker_threads";
import { startBackend } from "../../backend/start.ts";
import { DivergedError, UserError } from "../../core/errors.ts";
import { chooseArms } from "../../experiment/experiment.ts";
import { surroundings } from "../../experiment/surroundings.ts";
import { loadPipeline } from "../load-pipeline.ts";
import { Outbox } from "./outbox.ts";
import type { FromWorker, Outcome, ToWorker, TrialOrder } from "./protocol.ts";

/** One trial in a thread of its own: trains, and sends what it records in chunks, as the runner takes them. */
async function runTrial(order: TrialOrder, outbox: Outbox, onStop: (stop: () => void) => void): Promise<Outcome> {
  await startBackend(order.backend);
  const { experiment } = await loadPipeline(order.pipeline);
  const arm = chooseArms(experiment, order.hyper, [order.arm])[order.arm]!;
  const gate = () => outbox.beforeStep();
  const given = surroundings({ arm, seed: order.seed, data: order.data, gate });
  const context = Object.assign({}, order.hyper, given);
  return new Promise((resolve, reject) => {
    const subscription = experiment.run(context).subscribe({
      next: (record) => outbox.add(record),
      error: reject,
      complete: () => resolve({ status: "completed" }),
    });
    onStop(() => {
      subscription.unsubscribe();
      resolve({ status: "interrupted" });
    });
  });
}

function failure(error: unknown): Outcome {
  if (error instanceof DivergedError) {
    return { status: "diverged", message: error.message, step: error.step, layer: error.layer ?? null };
  }
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error && !(error instanceof UserError) ? { stack: error.stack ?? "" } : {};
  return { status: "failed", message, isUserError: error instanceof UserError, ...stack };
}

const port = parentPort!;
const outbox = new Outbox((message: FromWorker) => port.postMessage(message));
let stopped = false;
let stop = () => {};
port.on("message", (message: ToWorker) => {
  if (message.type === "credit") return outbox.credit();
  stopped = true;
  stop();
});
const outcome = await runTrial(workerData as TrialOrder, outbox, (f) => {
  stop = f;
  if (stopped) f();
}).catch(failure);
outbox.end(outcome);
port.close();
