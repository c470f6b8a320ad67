import type { Hyper, Run, RunStatus } from "../../core/types.ts";
import { DATA_SETS } from "../../data/index.ts";
import type { QueryParameter } from "../../store/query.ts";
import { records, type Row } from "../../store/records.ts";
import { hyperText } from "../../store/run-rows.ts";
import type { Store } from "../../store/store.ts";
import type { RunBasis, Trial } from "./trials.ts";

/** A run that the store has, with how it ended. */
export interface StoredRun extends Run {
  readonly status: RunStatus;
}

/** What the store has of trials. */
export interface TrialsThere {
  /** The newest run that is over, completed or diverged, of each trial that has one. */
  readonly over: ReadonlyMap<Trial, StoredRun>;
  /** The newest run that was interrupted or failed, of each trial that has one and is not over. */
  readonly unfinished: ReadonlyMap<Trial, StoredRun>;
}

/**
 * Writes the condition that a run is of a data set, whose name is one parameter; the names of ours, as JSON, are another. A run on
 * neither one of ours nor a file of its user's, whose name ends with its hash, is of a task of the pipeline's own: that is the same
 * whatever data set was asked for.
 */
export const isOfDataset = (name: string, ours: string): string =>
  `(dataset = ${name} OR NOT (list_contains(${ours}::JSON::VARCHAR[], dataset) OR regexp_matches(dataset, '@[0-9a-f]{12}$')))`;

/** Tells whether a run has ended by itself: it is not trained on. */
export const isOver = ({ status }: { readonly status: string }): boolean =>
  status === "completed" || status === "diverged";
/** One of a sweep has its checkpoints with that. */
const isUnfinished = ({ status, sweepId }: StoredRun): boolean =>
  sweepId === undefined && (status === "interrupted" || status === "failed");

/**
 * Finds what a store has of trials. A run is of a trial when experiment, arm, network, seed, hyper-parameters, backend and
 * data set are the same.
 */
export async function trialsThere(store: Store, basis: RunBasis, trials: readonly Trial[]): Promise<TrialsThere> {
  const rows = await selectRuns(
    store,
    `experiment = $1 AND hyper::VARCHAR = $2 AND backend = $3 AND ${isOfDataset("$4", "$5")}`,
    [basis.experiment, hyperText(basis.hyper), basis.backend, basis.dataset, JSON.stringify(DATA_SETS)],
  );
  const of = ({ arm, seed, network }: Trial) =>
    rows.filter((run) => run.arm === arm && run.seed === seed && run.network === network);
  const newest = (trial: Trial, wanted: (run: StoredRun) => boolean) => of(trial).findLast(wanted);
  const found = (list: readonly Trial[], wanted: (run: StoredRun) => boolean) =>
    new Map(
      list.flatMap((trial) => {
        const run = newest(trial, wanted);
        return run ? [[trial, run] as const] : [];
      }),
    );
  const over = found(trials, isOver);
  const open = trials.filter((trial) => !over.has(trial));
  return { over, unfinished: found(open, isUnfinished) };
}

/** Returns the runs of a store with these ids, oldest first. */
export const runsWithIds = (store: Store, ids: Iterable<string>): Promise<readonly StoredRun[]> =>
  selectRuns(store, "list_contains($1::JSON::VARCHAR[], run_id)", [JSON.stringify([...ids])]);

/** Returns the runs that a condition of SQL names, oldest first. */
export async function selectRuns(
  store: Store,
  where: string,
  params: readonly QueryParameter[] = [],
): Promise<readonly StoredRun[]> {
  const rows = await records(
    store,
    `SELECT * REPLACE (epoch_ms(started_at) AS started_at, hyper::VARCHAR AS hyper) FROM run
     WHERE ${where} ORDER BY started_at, attempt, run_id`,
    params,
  );
  return rows.map(fromRow);
}

function fromRow(row: Row): StoredRun {
  const text = (name: string): string => (row[name] as string | null) ?? "";
  const sweepId = row["sweep_id"];
  return {
    runId: text("run_id"),
    experiment: text("experiment"),
    pipeline: text("pipeline"),
    arm: text("arm"),
    seed: Number(row["seed"]),
    hyper: JSON.parse(text("hyper") || "{}") as Hyper,
    steps: Number(row["steps"] ?? 0),
    backend: text("backend"),
    dataset: text("dataset"),
    network: text("network"),
    codeVersion: text("code_version"),
    host: text("host"),
    startedAt: Number(row["started_at"] ?? 0),
    attempt: Number(row["attempt"] ?? 1),
    status: text("status") as RunStatus,
    ...(typeof sweepId === "string" && { sweepId }),
  };
}
