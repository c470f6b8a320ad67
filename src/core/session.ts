import { UserError } from "./errors.ts";
import type { Step } from "./live.ts";
import type { Loss } from "./losses.ts";
import type { Network } from "./network.ts";
import type { Optimizer } from "./optimizer.ts";
import { ProbeCosts } from "./probe-costs.ts";
import type { Replay } from "./replay.ts";
import { Remembered } from "./remembered.ts";
import type { PlainTensor } from "./safetensors.ts";
import type { Schedule } from "./schedule.ts";
import type { Setting } from "./setting.ts";
import { tensorsWith, type TrainingSnapshot } from "./snapshot.ts";
import type { Batch } from "./types.ts";

/** A training with its first batch, before its first step. */
export interface TrainingBegun {
  readonly network: Network;
  readonly optimizer: Optimizer;
  readonly loss: Loss;
  /** Activations operator. */
  readonly activations: object | undefined;
  readonly batch: Batch;
  /** Examples that are computed at once. Default: all of a batch. */
  readonly microbatch?: number | undefined;
}

/** A probe with a subscriber. */
export interface ProbeBegun {
  readonly name: string;
  readonly when: Schedule;
  readonly options: Readonly<Record<string, unknown>>;
  readonly fits: ((setting: Setting) => string | undefined) | undefined;
}

/** A training that snapshots are taken of, between its steps. */
export interface Resumable {
  /** Steps that are done. */
  readonly step: number;
  /** Hash of the last batch. */
  readonly batchHash: number;
  /** Why it cannot be resumed; undefined where it can. */
  readonly refusal: string | undefined;
  /** Resolves when all that was asked of the device is read; undefined where backends read at once. */
  readonly settled: () => Promise<void> | undefined;
  /** Reads the model, as tensors `params/…`, `state/…`, `optimizer/…`; later where the backend reads late. */
  readonly model: () => Readonly<Record<string, PlainTensor>> | Promise<Readonly<Record<string, PlainTensor>>>;
}

/** Callbacks for all that trains and measures in a session. */
interface Watcher {
  /** Called with every live step, inside its push, before the probes. */
  readonly step?: (step: Step) => void;
  /** Called after every step with its number, when its update has been taken over, before `updated`. */
  readonly stepped?: (step: number) => void;
  /** Called after every step, when its update has been taken over and the training goes on: snapshots are taken of it. */
  readonly updated?: () => void;
  /**
   * Called before the first step of every training, when its probes are subscribed. What it throws ends that training
   * unstarted.
   */
  readonly training?: (begun: TrainingBegun) => void;
  /** Called with every probe that is subscribed to. */
  readonly probe?: (begun: ProbeBegun) => void;
}

/** Trainings and probes that belong together: their watcher, the costs of their probes, and what they go on from. */
export class ProbeSession {
  readonly #watcher: Watcher;
  readonly costs: ProbeCosts;
  readonly #restored: TrainingSnapshot | undefined;
  readonly remembered: Remembered;
  /** What steered the run that its training repeats; undefined where it repeats none. */
  readonly replay: Replay | undefined;
  #trainings = 0;
  #step = 0;
  #training: Resumable | undefined;

  constructor(watcher: Watcher = {}, restored?: TrainingSnapshot, replay?: Replay) {
    this.#watcher = watcher;
    this.#restored = restored;
    this.replay = replay;
    this.costs = new ProbeCosts(restored?.costs);
    this.remembered = new Remembered(restored);
  }

  /** Whether snapshots are taken of the training. */
  get isKept(): boolean {
    return this.#watcher.updated !== undefined;
  }

  showStep(step: Step): void {
    this.#step = step.step;
    this.#watcher.step?.(step);
  }

  showUpdate(): void {
    this.#watcher.stepped?.(this.#step);
    this.#watcher.updated?.();
  }

  showTraining(begun: TrainingBegun): void {
    this.#watcher.training?.(begun);
  }

  showProbe(begun: ProbeBegun): void {
    this.#watcher.probe?.(begun);
  }

  /** Returns what the training that begins goes on from, the first of the session; undefined where it is from its start. */
  claim(): TrainingSnapshot | undefined {
    return this.#trainings === 0 ? this.#restored : undefined;
  }

  /** Makes a training the one that snapshots are taken of, until the returned function is called. */
  holds(training: Resumable): () => void {
    this.#trainings += 1;
    this.#training = training;
    return () => {
      if (this.#training === training) this.#training = undefined;
    };
  }

  /** Says why the training could not be resumed from a snapshot; undefined where it could. */
  refusal(): string | undefined {
    if (this.#trainings > 1) return "it trains more than once";
    const silent = this.remembered.silent();
    if (silent.length > 0) return `${silent.join(", ")} keeps state between steps but has no save()`;
    return this.#training?.refusal;
  }

  /**
   * Takes down everything that the training goes on from, between two steps; later where the backend reads late, and
   * then no step may begin before. Undefined where nothing trains.
   *
   * @throws {UserError} for a training that could not be resumed.
   */
  snapshot(): TrainingSnapshot | undefined | Promise<TrainingSnapshot> {
    const training = this.#training;
    if (!training || training.step <= (this.#restored?.step ?? 0)) return undefined;
    const refusal = this.refusal();
    if (refusal !== undefined) throw new UserError(refusal);
    const settled = training.settled();
    return settled ? settled.then(() => this.#take(training)) : this.#take(training);
  }

  #take({ step, batchHash, model }: Resumable): TrainingSnapshot | Promise<TrainingSnapshot> {
    const memory = tensorsWith("memory", this.remembered.take());
    const around = { step, batchHash, costs: this.costs.spent(), places: this.remembered.places() };
    const complete = (tensors: Readonly<Record<string, PlainTensor>>): TrainingSnapshot => {
      return { ...around, tensors: { ...tensors, ...memory } };
    };
    const read = model();
    return read instanceof Promise ? read.then(complete) : complete(read);
  }
}

let joined: ProbeSession | undefined;

/**
 * Makes every training and probe that begins in this thread part of `session`, until the returned function is called.
 * Otherwise each training has a session of its own, so that two in one thread do not mix.
 */
export function joinSession(session: ProbeSession): () => void {
  joined = session;
  return () => {
    if (joined === session) joined = undefined;
  };
}

/** Returns the session that trainings of this thread are part of, if any. */
export const joinedSession = (): ProbeSession | undefined => joined;
