import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { DivergedError, UserError } from "../../core/errors.ts";
import type { Step } from "../../core/live.ts";
import { toPlain } from "../../core/plain-tensors.ts";
import { readsAtOnce } from "../../core/read.ts";
import { toSafetensors, type PlainTensor } from "../../core/safetensors.ts";
import type { TrainingSnapshot } from "../../core/snapshot.ts";
import type { DataSet, Recorded, RunEvent, Training } from "../../core/types.ts";
import { joinSession, ProbeSession, type ProbeBegun, type TrainingBegun } from "../../core/session.ts";
import type { Arm, Experiment } from "../../experiment/experiment.ts";
import { TrialControls } from "../../experiment/trial-controls.ts";
import { trialContext } from "../../experiment/trial-context.ts";
import { trainingOf } from "../pipeline/training-of.ts";
import { LAYOUT, stepTensors } from "./step-tensors.ts";

/** What is to be trained again, and which step of it is written down. */
interface AuditOrder {
  readonly experiment: Experiment;
  readonly hyper: Experiment["hyper"];
  readonly arm: Arm;
  readonly seed: number;
  /** The step to write down, from 0. */
  readonly step: number;
  readonly data: DataSet;
  /** What to go on from. Default: it is trained from its start. */
  readonly from?: TrainingSnapshot | undefined;
  readonly out: string;
  /** What else stands in the file's metadata. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly onStep: (step: number) => void;
  /** Told before the first step. */
  readonly onTraining: (training: Training) => void;
  /** Told of what the run would tell of, such as a probe that is left out. */
  readonly onEvent: (message: string) => void;
}

interface Audited {
  readonly tensors: Readonly<Record<string, PlainTensor>>;
  readonly metadata: Record<string, string>;
}

/** Trains again up to a step, as the run did, and writes `step.safetensors` and `readings.json` of it. */
export async function audit(order: AuditOrder): Promise<{ readonly readings: number; readonly tensors: number }> {
  const { audited, records } = await replay(order);
  await mkdir(order.out, { recursive: true });
  const metadata = { ...order.metadata, ...audited.metadata, layout: LAYOUT };
  await writeFile(join(order.out, "step.safetensors"), toSafetensors({ tensors: audited.tensors, metadata }));
  const readings = records.filter(({ kind, step }) => kind === "reading" && step === order.step);
  const rows = readings.map((reading) => `  ${JSON.stringify(reading, notFinite)}`);
  await writeFile(join(order.out, "readings.json"), `[\n${rows.join(",\n")}\n]\n`);
  return { readings: readings.length, tensors: Object.keys(audited.tensors).length };
}

/** Replaces what JSON has no number for: NaN and the infinities become their names. */
const notFinite = (_key: string, value: unknown): unknown =>
  typeof value === "number" && !Number.isFinite(value) ? String(value) : value;

async function replay(order: AuditOrder): Promise<{ audited: Audited; records: readonly Recorded[] }> {
  const { experiment, hyper, arm, seed, data, from } = order;
  if (!readsAtOnce())
    throw new UserError("audit: needs a backend that reads at once; choose --backend tensorflow or wasm");
  const records: Recorded[] = [];
  let audited: Audited | undefined;
  let training: Training | undefined;
  await new Promise<void>((resolve, reject) => {
    const onStep = (step: Step): void => {
      order.onStep(step.step);
      if (step.step === order.step) audited = writeDown(step);
      // The step after the wanted one: its records are all here.
      if (step.step > order.step) {
        end();
        setImmediate(() => {
          subscription.unsubscribe();
          resolve();
        });
      }
    };
    const probes: ProbeBegun[] = [];
    const watcher = {
      step: onStep,
      probe: (begun: ProbeBegun) => void probes.push(begun),
      training: (begun: TrainingBegun) => {
        if (begun.microbatch !== undefined && begun.microbatch < begun.batch.size) {
          throw new UserError("audit: this training computes microbatches, which audits cannot write down");
        }
        training ??= trainingOf(begun, probes);
        order.onTraining(training);
      },
    };
    const session = new ProbeSession(watcher, from);
    const past = from?.step ?? 0;
    const record = (event: RunEvent) => void records.push(event);
    const controls = new TrialControls(experiment.controls ?? {}, { session, step: past, record });
    const given = trialContext({ arm, seed, data, past });
    const stream = experiment.run(Object.assign({}, hyper, given, { controls: controls.now }));
    const end = joinSession(session);
    const subscription = stream.subscribe({
      next: (record) => {
        if (record.kind === "event") order.onEvent(record.message);
        records.push(record);
      },
      error: (error: Error) => {
        if (!(error instanceof DivergedError)) return reject(error);
        // The step itself may be what made the next diverge.
        if (audited) resolve();
        else reject(diverged(order.step, error));
      },
      complete: resolve,
    });
    subscription.add(end);
  });
  if (!audited) throw new UserError(`audit: the run ends before step ${order.step}`);
  return { audited: { ...audited, metadata: { ...audited.metadata, ...manifestOf(training!) } }, records };
}

const diverged = (wanted: number, { step }: DivergedError): UserError =>
  new UserError(`audit: the run diverges at step ${step}${step < wanted ? `, before step ${wanted}` : ""}`);

/** Describes what the step was trained by, as the run's row has it. */
const manifestOf = ({ dataset, network, optimizer, activations, probes }: Training): Record<string, string> => ({
  dataset,
  network,
  optimizer: JSON.stringify(optimizer),
  probes: JSON.stringify(probes),
  ...(activations && { activations: JSON.stringify(activations) }),
});

function writeDown(step: Step): Audited {
  let tensors: Readonly<Record<string, PlainTensor>> = {};
  tf.tidy(() => {
    tensors = toPlain(stepTensors(step, step.states));
  });
  const metadata = {
    step: String(step.step),
    learning_rate: String(step.learningRate),
    weight_decay: String(step.penaltyTerm?.coefficient ?? 0),
    decays: JSON.stringify(decayedNames(step)),
    loss: step.lossName,
    layers: JSON.stringify(
      step.layers.map(({ layer, parts, settings = parts.map((name) => ({ name })) }) => {
        return { layer, parts: settings.map(({ name }) => name), settings };
      }),
    ),
  };
  return { tensors, metadata };
}

/** Names the parameters that the weight penalty is on. */
const decayedNames = ({ params, penaltyTerm }: Step): readonly string[] =>
  penaltyTerm ? Object.keys(params).filter((name) => penaltyTerm.includes?.(name) ?? true) : [];
