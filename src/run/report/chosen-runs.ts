import { UserError } from "../../core/errors.ts";
import { chooseRuns } from "../../paper/judge.ts";
import { records } from "../../store/records.ts";
import type { Store } from "../../store/store.ts";

/**
 * Chooses the runs that a paper's figures and claims take: of each experiment those of the most steps and the newest settings,
 * among all runs that ended or those with some hyper-parameters.
 *
 * @throws {UserError} when there are none.
 */
export async function chosenRuns(
  store: Store,
  hyper: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  const wanted = Object.entries(hyper);
  if (wanted.length === 0) {
    const runs = await chosenOf(store, undefined);
    if (runs.length === 0) throw new UserError(`${store.path} has no run that completed or diverged`);
    return runs;
  }
  const runs = await runsWith(store, hyper);
  if (runs.length > 0) return runs;
  const asked = wanted.map((pair) => pair.join("=")).join(", ");
  throw new UserError(`${store.path} has no run with ${asked}; gradstream runs lists them`);
}

/** Chooses such runs among those with some hyper-parameters; there may be none. */
export async function runsWith(store: Store, hyper: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const rows = await records(store, "SELECT run_id, hyper::VARCHAR AS hyper FROM run");
  const has = (text: unknown): boolean => {
    const own = JSON.parse((text as string | null) ?? "{}") as Record<string, unknown>;
    return Object.entries(hyper).every(([key, value]) => Object.hasOwn(own, key) && isSame(own[key], value));
  };
  const ids = rows.filter((row) => has(row["hyper"])).map((row) => String(row["run_id"]));
  return ids.length === 0 ? [] : chosenOf(store, ids);
}

async function chosenOf(store: Store, among: readonly string[] | undefined): Promise<readonly string[]> {
  if (among) await chooseRuns(store, among);
  try {
    const rows = await records(store, "SELECT run_id FROM paper_run ORDER BY ALL");
    return rows.map(({ run_id: id }) => String(id));
  } finally {
    await chooseRuns(store, undefined);
  }
}

/** `0.1` and `1e-1` are the same number. */
const isSame = (own: unknown, text: string): boolean =>
  typeof own === "number" ? text.trim() !== "" && own === Number(text) : String(own) === text;
