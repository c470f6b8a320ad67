import { UserError } from "../../core/errors.ts";
import { shellQuoted } from "../../core/shell-quoted.ts";
import type { Store } from "../../store/store.ts";
import { storeOption } from "../command-line/default-store.ts";
import { selectRuns, type StoredRun } from "./stored-runs.ts";

/** Which runs are to go on. */
interface ResumeAsked {
  /** Id of a run, or its beginning. Default: the latest that was interrupted. */
  readonly id?: string | undefined;
  /** All that were interrupted. */
  readonly all?: boolean | undefined;
}

/**
 * A run of the same trial that is over makes an interrupted one a thing of the past; those of sweeps go on with their
 * sweep, which has their checkpoints.
 */
const INTERRUPTED = `status = 'interrupted' AND sweep_id IS NULL AND NOT EXISTS (
  SELECT 1 FROM run AS other WHERE other.status IN ('completed', 'diverged') AND other.experiment = run.experiment
    AND other.arm = run.arm AND other.seed = run.seed AND other.hyper::VARCHAR = run.hyper::VARCHAR
    AND other.backend = run.backend AND other.dataset = run.dataset AND other.started_at > run.started_at)`;

const MOST_NAMED = 5;

/**
 * Chooses the runs of a store that go on.
 *
 * @throws {UserError} when there is none, or an id names none, several, or one that is over.
 */
export async function chooseResumed(store: Store, { id, all = false }: ResumeAsked): Promise<readonly StoredRun[]> {
  if (id !== undefined) return [await named(store, id)];
  const runs = await selectRuns(store, INTERRUPTED);
  if (runs.length === 0) throw new UserError(`resume: no run was interrupted in ${store.path}`);
  return all ? runs : runs.slice(-1);
}

async function named(store: Store, id: string): Promise<StoredRun> {
  const run = await runNamed("resume", store, id);
  if (run.sweepId !== undefined)
    throw new UserError(
      `resume: run ${run.runId} is of a sweep; gradstream sweep ${shellQuoted(run.pipeline)} --resume ${run.sweepId}${storeOption(store.path)} goes on with it`,
    );
  if (run.status === "interrupted" || run.status === "failed") return run;
  throw new UserError(`resume: run ${run.runId} is ${run.status}; there is nothing to go on with`);
}

/**
 * Returns the run of a store with an id, or with its beginning.
 *
 * @throws {UserError} naming `who` when there is none, or there are several.
 */
export async function runNamed(who: string, store: Store, id: string): Promise<StoredRun> {
  const found = await selectRuns(store, "starts_with(run_id, $1)", [id]);
  const run = found.find(({ runId }) => runId === id) ?? found[0];
  if (!run) throw new UserError(`${who}: no run ${id} in ${store.path}; gradstream runs lists them`);
  if (run.runId !== id && found.length > 1) {
    const names = found.slice(0, MOST_NAMED).map(({ runId }) => runId);
    const more = found.length > MOST_NAMED ? ", …" : "";
    throw new UserError(`${who}: ${id} is the beginning of ${found.length} runs: ${names.join(", ")}${more}`);
  }
  return run;
}
