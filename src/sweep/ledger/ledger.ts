import { hyperText } from "../../store/run-rows.ts";
import type { QueryParameter } from "../../store/query.ts";
import { records, type Row } from "../../store/records.ts";
import type { Store } from "../../store/store.ts";
import type { SweepManifest } from "../place/manifest.ts";
import { plannedTrial, type PlannedTrial } from "../plan/planned-trial.ts";
import type { SettledRuns } from "./settled-runs.ts";

/**
 * How a trial stands: `completed` has a result, also one that diverged; `stopped` has one that ends before its last step, by
 * a rule of its sweep; `dropped` was left out by its search.
 */
export type TrialState = "waiting" | "running" | "completed" | "stopped" | "failed" | "dropped";

/** A trial in the ledger. */
export interface LedgerTrial {
  readonly trial: PlannedTrial;
  readonly state: TrialState;
  readonly error: string | undefined;
}

/** A sweep in the ledger. */
export interface LedgerSweep {
  readonly manifest: SweepManifest;
  readonly state: string;
  /** What its command was told, as it wrote it down. */
  readonly search: unknown;
  /** Who handed out its trials: `embedded`, `slurm`, or the protocol of its queue. */
  readonly engine: string | undefined;
  /** The folder, in full, below which its results are; undefined where it is beside the store. */
  readonly place: string | undefined;
}

/** An attempt, as it is noted. */
export interface NotedAttempt {
  readonly attempt: number;
  readonly token: string;
  readonly worker: string;
  readonly state: "running" | "committed" | "failed" | "interrupted" | "superseded";
  readonly fromStep: number | null;
  readonly startedAt: number;
  readonly endedAt?: number;
  readonly error?: string;
}

const moment = (milliseconds: number): string => `make_timestamp(${Math.round(milliseconds)}::BIGINT * 1000)`;

/** What a store knows of sweeps, their trials and their attempts. Each change is one statement. */
export class Ledger {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Adds a sweep that begins; `place` is the folder below which its results are, where one was named. */
  async begin(manifest: SweepManifest, search: unknown, engine: string, host: string, place?: string): Promise<void> {
    const { sweepId, experiment, pipeline, codeVersion } = manifest;
    await this.#run(
      `INSERT INTO sweep VALUES ($1, $2, $3, 'running', $4, $5, $6, $7, now() AT TIME ZONE 'UTC', NULL)`,
      [sweepId, experiment, pipeline, JSON.stringify({ manifest, search, place }), codeVersion, engine, host],
    );
  }

  /** Adds trials that are not there, to be trained. */
  async add(sweepId: string, trials: readonly PlannedTrial[]): Promise<void> {
    const rows = trials.map((trial) => ({
      trial_id: trial.trialId,
      arm: trial.arm,
      seed: trial.seed,
      hyper: hyperText(trial.hyper),
      network: trial.network,
      rung: trial.rung,
      run_id: trial.runId,
    }));
    const shape = JSON.stringify({
      trial_id: "VARCHAR",
      arm: "VARCHAR",
      seed: "BIGINT",
      hyper: "VARCHAR",
      network: "VARCHAR",
      rung: "INTEGER",
      run_id: "VARCHAR",
    });
    await this.#run(
      `INSERT INTO trial SELECT $1, trial_id, arm, seed, hyper::JSON, network, rung, 'waiting', run_id, 0, NULL, NULL, NULL, NULL
       FROM (SELECT unnest(from_json($2::JSON, '[${shape}]'), recursive := true)) AS planned
       WHERE NOT EXISTS (SELECT 1 FROM trial WHERE sweep_id = $1 AND trial.trial_id = planned.trial_id)`,
      [sweepId, JSON.stringify(rows)],
    );
  }

  /** Sets how a sweep stands; its end where it is over. */
  async sweepIs(sweepId: string, state: "running" | "completed" | "failed" | "interrupted"): Promise<void> {
    const at = state === "running" ? "NULL" : "now() AT TIME ZONE 'UTC'";
    await this.#run(`UPDATE sweep SET state = $2, ended_at = ${at} WHERE sweep_id = $1`, [sweepId, state]);
  }

  /** Sets how trials stand. */
  async trialsAre(sweepId: string, trialIds: readonly string[], state: TrialState): Promise<void> {
    if (trialIds.length === 0) return;
    await this.#run(
      `UPDATE trial SET state = $2, error = NULL WHERE sweep_id = $1
         AND list_contains($3::JSON::VARCHAR[], trial_id)`,
      [sweepId, state, JSON.stringify(trialIds)],
    );
  }

  /** Sets what trials have that are not trained again, each its run, whichever sweep trained it. */
  async trialsHave(sweepId: string, { completed, stopped }: SettledRuns): Promise<void> {
    await this.#settle(sweepId, completed, "completed");
    await this.#settle(sweepId, stopped, "stopped");
  }

  async #settle(sweepId: string, runs: ReadonlyMap<string, string>, state: "completed" | "stopped"): Promise<void> {
    if (runs.size === 0) return;
    await this.#run(
      `UPDATE trial SET state = $2, error = NULL, run_id = ($3::JSON ->> trial_id)
       WHERE sweep_id = $1 AND list_contains(json_keys($3::JSON), trial_id)`,
      [sweepId, state, JSON.stringify(Object.fromEntries(runs))],
    );
  }

  /** Notes an attempt that has begun, and that its trial is under way. */
  async attemptBegan(sweepId: string, trialId: string, of: NotedAttempt): Promise<void> {
    const { attempt, token, worker, state, fromStep, startedAt } = of;
    await this.#run(
      `INSERT INTO attempt SELECT $1, $2, $3, $4, $5, $6, $7, ${moment(startedAt)}, NULL, NULL
       WHERE NOT EXISTS (SELECT 1 FROM attempt WHERE sweep_id = $1 AND trial_id = $2 AND attempt = $3 AND token = $4)`,
      [sweepId, trialId, attempt, token, worker, state, fromStep],
    );
    await this.#run(
      `UPDATE trial SET state = 'running', worker = $3, attempts = greatest(attempts, $4),
         started_at = coalesce(started_at, ${moment(startedAt)})
       WHERE sweep_id = $1 AND trial_id = $2 AND state NOT IN ('completed', 'stopped')`,
      [sweepId, trialId, worker, attempt],
    );
  }

  /** Notes how an attempt ended. */
  async attemptEnded(
    sweepId: string,
    trialId: string,
    token: string,
    state: NotedAttempt["state"],
    at: number,
    error?: string,
  ): Promise<void> {
    await this.#run(
      `UPDATE attempt SET state = $4, ended_at = ${moment(at)}, error = $5
       WHERE sweep_id = $1 AND trial_id = $2 AND token = $3`,
      [sweepId, trialId, token, state, error ?? null],
    );
  }

  /**
   * Notes how a trial ended; other attempts at it than the one whose result counts are superseded. `how` is the token of that
   * one, or why the trial failed.
   */
  async trialEnded(
    sweepId: string,
    trialId: string,
    state: "completed" | "stopped" | "failed",
    at: number,
    how: { readonly token: string } | { readonly error: string },
  ): Promise<void> {
    const [token, error] = "token" in how ? [how.token, null] : [null, how.error];
    await this.#run(
      `UPDATE trial SET state = $3, ended_at = ${moment(at)}, error = $4 WHERE sweep_id = $1 AND trial_id = $2`,
      [sweepId, trialId, state, error],
    );
    await this.#run(
      `UPDATE attempt SET state = CASE WHEN token = $3 THEN 'committed' ELSE 'superseded' END, ended_at = ${moment(at)}
       WHERE sweep_id = $1 AND trial_id = $2 AND (token = $3 OR state = 'running')`,
      [sweepId, trialId, token],
    );
  }

  /** Notes that nobody trains a trial any more, for now. */
  async trialStopped(sweepId: string, trialId: string, at: number): Promise<void> {
    await this.trialsAre(sweepId, [trialId], "waiting");
    await this.#run(
      `UPDATE attempt SET state = 'interrupted', ended_at = ${moment(at)}
       WHERE sweep_id = $1 AND trial_id = $2 AND state = 'running'`,
      [sweepId, trialId],
    );
  }

  /** Finds a sweep by its id or its beginning, or the newest of an experiment. */
  async find(experiment: string, id = ""): Promise<LedgerSweep | undefined> {
    const rows = await records(
      this.#store,
      `SELECT state, engine, plan::VARCHAR AS plan FROM sweep WHERE experiment = $1 AND starts_with(sweep_id, $2)
       ORDER BY started_at DESC, sweep_id DESC LIMIT 1`,
      [experiment, id],
    );
    const [row] = rows;
    if (!row) return undefined;
    const { manifest, search, place } = JSON.parse(String(row["plan"])) as Omit<LedgerSweep, "state" | "engine">;
    const { engine } = row;
    return {
      manifest,
      search,
      place,
      state: String(row["state"]),
      engine: typeof engine === "string" ? engine : undefined,
    };
  }

  /** Lists the trials of a sweep, in the order of their plan. */
  async trials(sweepId: string): Promise<readonly LedgerTrial[]> {
    const rows = await records(
      this.#store,
      `SELECT trial_id, arm, seed, hyper::VARCHAR AS hyper, network, rung, state, run_id, error FROM trial
       WHERE sweep_id = $1 ORDER BY rowid`,
      [sweepId],
    );
    return rows.map(ledgerTrial);
  }

  async #run(sql: string, params: readonly QueryParameter[]): Promise<void> {
    await this.#store.query(sql, params);
  }
}

function ledgerTrial(row: Row): LedgerTrial {
  const trial = plannedTrial.parse({
    trialId: row["trial_id"],
    runId: row["run_id"],
    arm: row["arm"],
    seed: Number(row["seed"]),
    hyper: JSON.parse(String(row["hyper"])) as unknown,
    network: row["network"],
    rung: Number(row["rung"]),
  });
  const { error } = row;
  return { trial, state: row["state"] as TrialState, error: typeof error === "string" ? error : undefined };
}
