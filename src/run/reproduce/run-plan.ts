import { hostname } from "node:os";
import type { BackendName } from "../../backend/start.ts";
import type { DataSet } from "../../core/types.ts";
import { resolveHyper, type Scale } from "../../experiment/experiment.ts";
import type { Hub } from "../../feed/server/hub.ts";
import type { PlannedRuns } from "../../paper/plan.ts";
import type { Store } from "../../store/store.ts";
import { pipelineArms } from "../pipeline/pipeline-arms.ts";
import { loadPipeline } from "../pipeline/load-pipeline.ts";
import type { Progress } from "../terminal/progress.ts";
import { ExperimentRunner, type ExperimentRun, type Finished } from "../runner/run-experiment.ts";
import { codeVersion } from "../process/version.ts";
import { declaredArms } from "../runner/declared-trials.ts";
import { chooseTrials } from "../runner/choose-trials.ts";
import { isOver } from "../runner/stored-runs.ts";
import { fittedTo, listTrials, type Trial } from "../runner/trials.ts";
import { about, lastingOf, secondsByArm, secondsLeft, type Lasting } from "./estimate.ts";

/** A plan, and what it is trained with. */
interface Reproduction {
  readonly plan: readonly PlannedRuns[];
  readonly scale: Scale;
  readonly seedsOf: (planned: PlannedRuns) => readonly number[];
  readonly jobs: number;
  readonly backend: BackendName;
  readonly data: DataSet;
  readonly store: Store;
  readonly hub: Hub | undefined;
  readonly progress: Progress;
  readonly say: (line: string) => void;
  /** When checkpoints are written. Default: none are. */
  readonly checkpointEvery?: ExperimentRun["checkpointEvery"];
  /** Seconds after which no further trial starts, as far as is known how long one takes; default no limit. */
  readonly seconds?: number | undefined;
}

/** What a call gave. */
interface PlanResult {
  /** The ids of the runs that the plan stands on, without those of supplements. */
  readonly runs: readonly string[];
  /** What was trained now. */
  readonly finished: readonly Finished[];
  /** Trials that were not begun: time did not suffice for them, or somebody skipped them. */
  readonly left: number;
  /** Whether time did not suffice. */
  readonly isTimeUp: boolean;
}

/** Trials of one entry of the plan: those whose runs the store has, and those it lacks. */
interface Entry {
  readonly title: string;
  readonly isSupplement: boolean;
  readonly file: string;
  readonly basis: ExperimentRun["basis"];
  readonly arms: ExperimentRun["arms"];
  readonly missing: readonly Trial[];
  /** Ids of the runs that are there. */
  readonly there: readonly string[];
  /** What to say of those that were interrupted. */
  readonly notices: readonly string[];
  /** How long one of its trials takes from where it begins. */
  readonly lasting: (trial: Trial) => Lasting;
}

/** Trains what the store lacks of a plan, entry after entry; what is there already is not trained again. */
export class PlanRunner {
  readonly #options: Reproduction;
  readonly #codeVersion = codeVersion();
  #runners: readonly ExperimentRunner[] = [];
  #stopped = false;

  constructor(options: Reproduction) {
    this.#options = options;
  }

  stop(): void {
    this.#stopped = true;
    for (const runner of this.#runners) runner.stop();
  }

  /** Trains until the plan is complete, time is up, or `stop`. */
  async run(): Promise<PlanResult> {
    const { plan, jobs, say, seconds = Infinity } = this.#options;
    const began = performance.now();
    const timeLeft = (): number => seconds - (performance.now() - began) / 1000;
    const runs: string[] = [];
    const all: Finished[] = [];
    let left = 0;
    const entries: Entry[] = [];
    for (const planned of plan) entries.push(await this.#entry(planned));
    const toTrain = entries.flatMap(({ missing, lasting }) => missing.map(lasting));
    if (entries.length > 1) say(`${toTrain.length} trials to train in all${about(toTrain, jobs)}`);
    // One starts in any case, so that every call brings the plan forward.
    let started = 0;
    let isTimeUp = false;
    // All at once, so that what waits of later entries is declared from the start.
    this.#runners = entries.map(({ file, basis, arms, missing, lasting }) => {
      const mayStart = (trial: Trial): boolean => {
        const mayIt = started++ === 0 || timeLeft() > secondsLeft(lasting(trial));
        isTimeUp ||= !mayIt;
        return mayIt;
      };
      return this.#runnerOf({ trials: missing, arms, basis, pipelineFile: file, mayStart });
    });
    for (const [i, entry] of entries.entries()) {
      if (this.#stopped) break;
      const { title, isSupplement, missing, there, notices, lasting } = entry;
      const known = there.length > 0 ? `, ${there.length} in the store` : "";
      say(
        `${i + 1} of ${plan.length}: ${title}: ${missing.length} to train${known}${about(missing.map(lasting), jobs)}`,
      );
      notices.forEach(say);
      if (!isSupplement) runs.push(...there);
      if (missing.length === 0) continue;
      const finished = await this.#runners[i]!.run();
      all.push(...finished);
      left += missing.length - finished.length;
      if (isSupplement) continue;
      runs.push(...finished.filter(({ outcome }) => isOver(outcome)).map(({ run }) => run.runId));
    }
    return { runs, finished: all, left, isTimeUp };
  }

  #runnerOf(own: Pick<ExperimentRun, "trials" | "arms" | "basis" | "pipelineFile" | "mayStart">): ExperimentRunner {
    const { data, backend, store, hub, progress, jobs, checkpointEvery } = this.#options;
    return new ExperimentRunner({ ...own, data, backend, store, hub, progress, jobs, checkpointEvery });
  }

  async #entry(planned: PlannedRuns): Promise<Entry> {
    const { scale, seedsOf, backend, data, store } = this.#options;
    const { pipeline, arms, settings, supplement } = planned;
    const { name, file, experiment } = await loadPipeline(pipeline);
    const hyper = fittedTo(data, resolveHyper(experiment, scale, { ...settings, ...supplement?.hyper }));
    const trained = await pipelineArms(pipeline, experiment, hyper, arms);
    const trials = listTrials(trained, seedsOf(planned));
    const basis = {
      experiment: name,
      pipeline,
      hyper,
      steps: hyper.steps,
      backend,
      dataset: data.name,
      codeVersion: this.#codeVersion,
      host: hostname(),
    };
    const wanted = { basis, pipelineFile: file, data, trials, goOn: "interrupted" } as const;
    const { trials: missing, there, notices } = await chooseTrials(store, wanted);
    const secondsOf = await secondsByArm(store, name, hyper.steps);
    const changes = Object.entries(settings).map(([key, value]) => `${key} ${value}`);
    return {
      title: [...(supplement ? [supplement.name] : []), name, ...changes].join(", "),
      isSupplement: supplement !== undefined,
      file,
      basis,
      arms: declaredArms(trained),
      missing,
      there: there.map(({ runId }) => runId),
      notices,
      lasting: (trial) => lastingOf(trial, hyper.steps, secondsOf),
    };
  }
}
