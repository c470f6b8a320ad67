import type { BackendName } from "../../backend/start.ts";
import { RunCheckpoints } from "../../checkpoints/run-checkpoints.ts";
import type { DataSet, Recorded, Run, RunEvent, Sliders } from "../../core/types.ts";
import type { Declaration, DeclaredArm } from "../../feed/protocol/declaration.ts";
import type { Hub } from "../../feed/server/hub.ts";
import { duckDbSink } from "../../sinks/duckdb-sink.ts";
import { feedSink } from "../../sinks/feed-sink.ts";
import { progressSink } from "../../sinks/progress-sink.ts";
import type { Store } from "../../store/store.ts";
import type { Progress } from "../terminal/progress.ts";
import { ControlledTrials } from "./controlled-trials.ts";
import { DeclaredTrials } from "./declared-trials.ts";
import { checkpointsOf } from "../command-line/checkpoints-of.ts";
import { identityOf } from "./identity.ts";
import { checkpointFailed, EARLY_END, endEvent, isWarning, lastStep, resumed, replays } from "./run-events.ts";
import { startTrial, type TrialHandle } from "./run-trial.ts";
import { describeRun, type RunBasis, type Trial } from "./trials.ts";
import type { CheckpointSchedule, Outcome, TrialOrder } from "../worker/protocol.ts";

/** Trials of an experiment, and what surrounds them. */
export interface ExperimentRun {
  readonly trials: readonly Trial[];
  /** What may be moved while they train. Default: nothing. */
  readonly sliders?: Sliders | undefined;
  /** What is known of their arms before they train. Default: their names. */
  readonly arms?: readonly DeclaredArm[] | undefined;
  readonly basis: RunBasis & Pick<TrialOrder, "hyper">;
  readonly pipelineFile: string;
  readonly data: DataSet;
  readonly backend: BackendName;
  readonly store: Store;
  readonly hub: Hub | undefined;
  readonly progress: Progress;
  /** Trials that train at the same time. */
  readonly jobs: number;
  /** When checkpoints are written. Default: none are. */
  readonly checkpointEvery?: CheckpointSchedule | undefined;
  /** Asked before each trial; the first no ends the experiment with the trials that have begun. */
  readonly mayStart?: (trial: Trial) => boolean;
}

/** A trial that has ended. */
export interface Finished {
  readonly run: Run;
  readonly outcome: Outcome;
  /** Warnings recorded on the way, such as a probe that was disabled. */
  readonly warnings: readonly string[];
}

/** When a run began or went on, by the calendar and by a clock that nobody sets; milliseconds. */
interface Begun {
  readonly at: number;
  readonly clock: number;
}

/** Runs trials side by side, each recorded from its start to its end. `stop` ends them as interrupted. */
export class ExperimentRunner {
  readonly #options: ExperimentRun;
  readonly #active = new Set<TrialHandle>();
  readonly #declared: DeclaredTrials;
  readonly #controlled: ControlledTrials;
  readonly #uncontrolled: (() => void) | undefined;
  readonly #queue: Trial[];
  #stopped = false;

  constructor(options: ExperimentRun) {
    this.#options = options;
    const { hub, progress, basis, trials, arms, sliders = {} } = options;
    const isReplay = trials.some(({ replays }) => replays !== undefined);
    const tell = (declaration: Declaration): void => {
      hub?.declared(declaration);
      progress.declared(declaration);
    };
    this.#declared = new DeclaredTrials(tell, basis, trials, arms, isReplay ? {} : sliders);
    this.#queue = [...trials];
    this.#controlled = new ControlledTrials({
      sliders,
      paused: (run, isPaused) => hub?.runPaused(run.runId, isPaused),
      skip: ({ declaration, arm, seed }) => {
        const at = this.#queue.findIndex((trial) => trial.arm === arm && trial.seed === seed);
        if (declaration !== this.#declared.id || at < 0) return undefined;
        const [trial] = this.#queue.splice(at, 1);
        this.#declared.skipped(trial!);
        return trial;
      },
    });
    this.#uncontrolled = hub?.controlledBy((command) => this.#controlled.control(command));
  }

  stop(): void {
    this.#stopped = true;
    this.#declared.closed();
    for (const handle of this.#active) handle.stop();
  }

  /**
   * Resolves with every trial that was started, in their order; rejects, when all have ended, if recording one failed.
   */
  async run(): Promise<readonly Finished[]> {
    const { trials, mayStart = () => true } = this.#options;
    const queue = this.#queue;
    const finished = new Map<Trial, Finished>();
    const lane = async (): Promise<void> => {
      for (let trial = queue.shift(); trial && !this.#stopped; trial = queue.shift()) {
        if (!mayStart(trial)) {
          queue.length = 0;
          this.#declared.closed();
        } else finished.set(trial, await this.#runTrial(trial));
      }
    };
    const lanes = Array.from({ length: this.#options.jobs }, () =>
      lane().catch((error: unknown) => {
        this.stop();
        throw error;
      }),
    );
    const broken = (await Promise.allSettled(lanes)).find((result) => result.status === "rejected");
    this.#declared.closed();
    this.#uncontrolled?.();
    if (broken) throw broken.reason;
    return trials.flatMap((trial) => finished.get(trial) ?? []);
  }

  async #runTrial(trial: Trial): Promise<Finished> {
    const { basis, pipelineFile, data, backend, store, hub, progress, checkpointEvery } = this.#options;
    const run = await this.#begin(trial);
    this.#declared.begun(trial, run);
    const begun = { at: trial.goesOn ? Date.now() : run.startedAt, clock: performance.now() };
    const warnings: string[] = [];
    const watch = async (records: AsyncIterable<readonly Recorded[]>): Promise<void> => {
      for await (const chunk of records) {
        for (const record of chunk) if (record.kind === "event" && isWarning(record)) warnings.push(record.message);
      }
    };
    const root = checkpointsOf(store);
    const checkpoints = new RunCheckpoints(root, run.runId);
    checkpoints.clean(trial.goesOn?.step ?? 0);
    const order: TrialOrder = {
      pipeline: pipelineFile,
      arm: run.arm,
      seed: run.seed,
      hyper: basis.hyper,
      data,
      backend,
      from: trial.goesOn?.file,
      replay: trial.replays?.replay,
      checkpoints: checkpointEvery && {
        every: checkpointEvery,
        root,
        identity: identityOf(run, pipelineFile, data),
      },
    };
    const sinks = [duckDbSink(store), ...(hub ? [feedSink(hub)] : []), progressSink(progress), watch];
    let steps = trial.goesOn?.step ?? 0;
    let noted: Promise<void> = Promise.resolve();
    let hasFailed = false;
    const late: RunEvent[] = [];
    const note = (event: RunEvent): void => {
      if (!handle.note(event)) late.push(event);
    };
    const handle = startTrial(order, run, sinks, {
      onTraining: (training) => {
        this.#declared.described(run.arm, training);
        // Known from its first attempt, with the probes that have been disabled since.
        if (trial.goesOn?.file !== undefined) return;
        noted = store.noteTraining(run.runId, training);
        // Heard of below, when the trial has ended.
        noted.catch(() => undefined);
        hub?.runDescribed(run.runId, training);
      },
      onSteps: (count) => {
        steps = count;
        progress.stepped(run, count);
      },
      onText: (line) => progress.note(`${run.arm}: ${line}`),
      onCheckpoint: async (draft) => {
        try {
          await store.flush();
          checkpoints.commit(draft);
        } catch (error) {
          if (!hasFailed) note(checkpointFailed(error, steps));
          hasFailed = true;
        }
      },
      onUnresumable: () => checkpoints.remove(),
    });
    this.#active.add(handle);
    const uncontrol = this.#controlled.begin({
      run,
      handle,
      note,
      steps: () => steps,
      isReplay: trial.replays !== undefined,
    });
    if (this.#stopped) handle.stop();
    const outcome = await handle.outcome;
    uncontrol();
    this.#active.delete(handle);
    await noted;
    for (const event of late) await this.#record(run, event);
    const event = await this.#end(run, outcome, steps, begun);
    if (event?.name === EARLY_END) warnings.push(event.message);
    if (outcome.status === "completed") checkpoints.remove();
    return { run, outcome, warnings };
  }

  /** Announces a run that begins, or one that goes on. */
  async #begin(trial: Trial): Promise<Run> {
    const { basis, store, hub, progress } = this.#options;
    if (!trial.goesOn) {
      const run = await describeRun(store, basis, trial);
      await store.startRun(run);
      hub?.runStarted(run);
      progress.started(run);
      if (trial.replays) await this.#record(run, replays(trial.replays.runId));
      return run;
    }
    const { run: before, step } = trial.goesOn;
    const { codeVersion, host } = basis;
    const run = { ...before, attempt: before.attempt + 1, codeVersion, host };
    const stored = await store.restartRun(run, step);
    hub?.runRestarted(run, step, stored);
    progress.started(run, step);
    await this.#record(run, resumed(run, before, step));
    return run;
  }

  async #record(run: Run, event: RunEvent): Promise<void> {
    const { store, hub, progress } = this.#options;
    await store.append(run.runId, [event]);
    hub?.publish(run.runId, [event]);
    progress.seen(run, [event]);
  }

  /** Returns the event that tells of the end, where there is something to tell. */
  async #end(run: Run, outcome: Outcome, steps: number, begun: Begun): Promise<RunEvent | undefined> {
    const { store, hub, progress } = this.#options;
    // A clock that is set meanwhile makes no run longer or shorter.
    const at = begun.at + Math.round(performance.now() - begun.clock);
    const event = endEvent(outcome, at, steps, run.steps);
    if (event) await this.#record(run, event);
    await store.finishRun(run.runId, outcome.status, at);
    hub?.runEnded(run.runId, outcome.status, at);
    progress.ended(run, outcome.status, lastStep(outcome, steps, run.steps));
    return event;
  }
}
