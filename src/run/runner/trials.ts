import { randomBytes } from "node:crypto";
import type { Arm } from "../../experiment/experiment.ts";
import type { Replay } from "../../core/replay.ts";
import type { DataSet, Hyper, Run } from "../../core/types.ts";
import { records } from "../../store/records.ts";
import { hyperText } from "../../store/run-rows.ts";
import type { Store } from "../../store/store.ts";

/** Arm x seed, at the hyper-parameters of this invocation. */
export interface Trial {
  readonly arm: string;
  readonly seed: number;
  readonly network: string;
  /** What it trains on, where that is known before. */
  readonly dataset?: string | undefined;
  /** The interrupted run of it that goes on. Default: it begins. */
  readonly goesOn?: GoingOn | undefined;
  /** The run that it repeats. Default: it repeats none. */
  readonly replays?: Replayed | undefined;
}

/** A recorded run that is trained again, and what steered it. */
export interface Replayed {
  readonly runId: string;
  readonly replay: Replay;
}

/** An interrupted run, and where it goes on. */
export interface GoingOn {
  readonly run: Run;
  /** The next step. */
  readonly step: number;
  /** File of the checkpoint; undefined where it goes on from step 0. */
  readonly file?: string | undefined;
  /** What to say of it, a line each. */
  readonly notices: readonly string[];
}

/** Lists the trials, seeds outermost, so that the arms of one seed run side by side. */
export function listTrials(
  arms: Readonly<Record<string, Arm>>,
  seeds: readonly number[],
  datasetOf: (arm: string) => string | undefined = () => undefined,
): Trial[] {
  return seeds.flatMap((seed) =>
    Object.entries(arms).map(([arm, { network }]) => ({ arm, seed, network: network.name, dataset: datasetOf(arm) })),
  );
}

/** Returns the hyper-parameters with no more `images` than there are, as they are recorded. */
export function fittedTo<H extends Hyper>(data: DataSet, hyper: H): H {
  const images = hyper["images"];
  return typeof images === "number" && images > data.train.count ? { ...hyper, images: data.train.count } : hyper;
}

/** Facts that all runs of one invocation share. */
export type RunBasis = Pick<
  Run,
  "experiment" | "pipeline" | "hyper" | "steps" | "backend" | "dataset" | "codeVersion" | "host"
>;

/** Names a new run of a trial; `attempt` counts the runs of the same trial that the store already holds. */
export async function describeRun(store: Store, basis: RunBasis, trial: Trial): Promise<Run> {
  const { arm, seed, network, dataset = basis.dataset } = trial;
  const [earlier] = await records(
    store,
    `SELECT count(*) AS attempts FROM run WHERE experiment = $1 AND arm = $2 AND seed = $3 AND hyper::VARCHAR = $4
       AND code_version = $5`,
    [basis.experiment, arm, seed, hyperText(basis.hyper), basis.codeVersion],
  );
  const startedAt = Date.now();
  const stamp = new Date(startedAt).toISOString().slice(0, 19).replaceAll(/[-:]/g, "");
  const runId = `${basis.experiment}/${arm}/${seed}/${stamp}-${randomBytes(2).toString("hex")}`;
  return { ...basis, runId, arm, seed, network, dataset, startedAt, attempt: Number(earlier!["attempts"]) + 1 };
}
