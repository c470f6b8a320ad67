import { once } from "node:events";
import { parentPort, workerData } from "node:worker_threads";
import { Subscription } from "rxjs";
import { startBackend } from "../../backend/start.ts";
import { UserError } from "../../core/errors.ts";
import { oneLine } from "../../core/one-line.ts";
import { joinSession, ProbeSession, type ProbeBegun, type TrainingBegun } from "../../core/session.ts";
import { chooseArms, type Arm, type Experiment } from "../../experiment/experiment.ts";
import { trialContext } from "../../experiment/trial-context.ts";
import { settingBefore } from "../../operators/setting-before.ts";
import { loadPipeline } from "../pipeline/load-pipeline.ts";
import type { ArmPreview, FromPreview, PreviewOrder } from "./protocol.ts";
import { startRun } from "../pipeline/start-run.ts";
import { OWN_SOURCE, trainingOf } from "../pipeline/training-of.ts";

/** How long a source of the user's own may take to give its first batch, in milliseconds. */
const PATIENCE_MS = 5000;

/** Ends a training before its first step. */
class Seen extends Error {}

/** Goes as far with an arm as its first batch, or its first record where it does not train, and no step. */
function preview(experiment: Experiment, arm: Arm, { hyper, seed, data }: PreviewOrder): Promise<ArmPreview> {
  return new Promise((resolve) => {
    const subscription = new Subscription();
    const probes: ProbeBegun[] = [];
    let isDealt = false;
    const end = (seen: Partial<ArmPreview>): void => {
      subscription.unsubscribe();
      resolve({ dataset: isDealt ? data.name : OWN_SOURCE, probes: [], ...seen });
    };
    const fail = (error: unknown) => end(error instanceof UserError ? { refusal: error.message } : {});
    const onTraining = (begun: TrainingBegun): never => {
      try {
        end(look(begun, probes));
      } catch (error) {
        fail(error);
      }
      throw new Seen();
    };
    subscription.add(joinSession(new ProbeSession({ probe: (begun) => probes.push(begun), training: onTraining })));
    const timer = setTimeout(() => end({ isUnknown: true }), PATIENCE_MS);
    subscription.add(() => clearTimeout(timer));
    const gate = (): undefined => void (isDealt = true);
    try {
      const { controls = {} } = experiment;
      const context = Object.assign({}, hyper, trialContext({ arm, seed, data, controls, gate }));
      const records = startRun(() => experiment.run(context));
      subscription.add(records.subscribe({ next: () => end({}), error: fail, complete: () => end({}) }));
    } catch (error) {
      fail(error);
    }
  });
}

function look(begun: TrainingBegun, probes: readonly ProbeBegun[]): Partial<ArmPreview> {
  const training = trainingOf(begun, probes);
  const setting = settingBefore(begun);
  const misfitOf = ({ fits }: ProbeBegun): string | undefined => {
    try {
      return fits?.(setting);
    } catch (error) {
      return oneLine(error);
    }
  };
  const { dataset } = training;
  return { dataset, training, probes: probes.map((probe) => ({ name: probe.name, misfit: misfitOf(probe) })) };
}

const port = parentPort!;
const tell = (message: FromPreview) => port.postMessage(message);
// What a pipeline throws outside its stream is told where it trains.
process.on("uncaughtException", () => undefined);
const asked = once(port, "message");
const { experiment } = await loadPipeline(workerData as string);
const [order] = (await asked) as [PreviewOrder];
await startBackend(order.backend);
for (const [name, arm] of Object.entries(chooseArms(experiment, order.hyper, order.arms))) {
  const seen = await preview(experiment, arm, order);
  tell({ type: "arm", arm: name, preview: seen });
  // The others will keep one waiting too, and without this one nothing can be said of all.
  if (seen.isUnknown) break;
}
tell({ type: "end" });
