import { hostname } from "node:os";
import type { BackendName } from "../../backend/start.ts";
import type { DataSet } from "../../core/types.ts";
import { DATA_SETS } from "../../data/index.ts";
import { chooseArms, resolveHyper, type Scale } from "../../experiment/experiment.ts";
import type { Hub } from "../../feed/hub.ts";
import { hyperText } from "../../store/run-rows.ts";
import type { Store } from "../../store/store.ts";
import { loadPipeline } from "../pipeline/load-pipeline.ts";
import type { Progress } from "../terminal/progress.ts";
import { ExperimentRunner, type ExperimentRun, type Finished } from "../runner/run-experiment.ts";
import { codeVersion } from "../process/version.ts";
import { fittedTo, listTrials, type Trial } from "../runner/trials.ts";
import type { PlannedRuns } from "./plan.ts";

export interface Reproduction {
  readonly plan: readonly PlannedRuns[];
  readonly scale: Scale;
  readonly seeds: readonly number[];
  readonly jobs: number;
  readonly backend: BackendName;
  readonly data: DataSet;
  readonly store: Store;
  readonly hub: Hub | undefined;
  readonly progress: Progress;
  readonly say: (line: string) => void;
}

/** Trials of one entry of the plan: those whose runs the store has, and those it lacks. */
interface Entry {
  readonly title: string;
  readonly file: string;
  readonly basis: ExperimentRun["basis"];
  readonly missing: readonly Trial[];
  /** Ids of the runs that are there. */
  readonly there: readonly string[];
}

/** Trains what the store lacks of a plan, entry after entry; what is there already is not trained again. */
export class PlanRunner {
  readonly #options: Reproduction;
  readonly #codeVersion = codeVersion();
  #runner: ExperimentRunner | undefined;
  #stopped = false;

  constructor(options: Reproduction) {
    this.#options = options;
  }

  stop(): void {
    this.#stopped = true;
    this.#runner?.stop();
  }

  /** The ids of the runs that the plan stands on, and what was trained for it now. */
  async run(): Promise<{ readonly runs: readonly string[]; readonly finished: readonly Finished[] }> {
    const { plan, data, backend, store, hub, progress, jobs, say } = this.#options;
    const runs: string[] = [];
    const all: Finished[] = [];
    for (const [i, planned] of plan.entries()) {
      if (this.#stopped) break;
      const { title, file, basis, missing, there } = await this.#entry(planned);
      const known = there.length > 0 ? `, ${there.length} in the store` : "";
      say(`${i + 1} of ${plan.length}: ${title}: ${missing.length} to train${known}`);
      runs.push(...there);
      if (missing.length === 0) continue;
      this.#runner = new ExperimentRunner({
        ...{ trials: missing, basis, pipelineFile: file },
        ...{ data, backend, store, hub, progress, jobs },
      });
      const finished = await this.#runner.run();
      all.push(...finished);
      runs.push(...finished.filter(({ outcome }) => isOver(outcome.status)).map(({ run }) => run.runId));
    }
    return { runs, finished: all };
  }

  async #entry({ pipeline, arms, settings }: PlannedRuns): Promise<Entry> {
    const { scale, seeds, backend, data, store } = this.#options;
    const { name, file, experiment } = await loadPipeline(pipeline);
    const hyper = fittedTo(data, resolveHyper(experiment, scale, settings));
    const trials = listTrials(chooseArms(experiment, hyper, arms), seeds);
    const basis = {
      ...{ experiment: name, pipeline, hyper, steps: hyper.steps, backend, dataset: data.name },
      ...{ codeVersion: this.#codeVersion, host: hostname() },
    };
    const { rows } = await store.query(
      `SELECT arm, seed, network, arg_max(run_id, started_at) FROM run
       WHERE experiment = $1 AND hyper::VARCHAR = $2 AND status IN ('completed', 'diverged')
         AND (dataset = $3 OR NOT list_contains($4::JSON::VARCHAR[], dataset))
       GROUP BY arm, seed, network`,
      // A task of the pipeline's own is the same whatever data set was asked for.
      [name, hyperText(hyper), data.name, JSON.stringify(DATA_SETS)],
    );
    const keyOf = (...of: unknown[]): string => of.map(String).join("\n");
    const found = new Map(rows.map(([arm, seed, network, id]) => [keyOf(arm, seed, network), String(id)]));
    const idOf = ({ arm, seed, network }: Trial) => found.get(keyOf(arm, seed, network));
    const changes = Object.entries(settings).map(([key, value]) => `${key} ${value}`);
    return {
      title: [name, ...changes].join(", "),
      ...{ file, basis },
      missing: trials.filter((trial) => !idOf(trial)),
      there: trials.flatMap((trial) => idOf(trial) ?? []),
    };
  }
}

const isOver = (status: string): boolean => status === "completed" || status === "diverged";
