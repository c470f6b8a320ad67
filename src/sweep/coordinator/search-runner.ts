import { UserError } from "../../core/errors.ts";
import { completedRuns } from "../ledger/completed-runs.ts";
import { hyperText } from "../../store/run-rows.ts";
import type { Store } from "../../store/store.ts";
import type { SweepManifest } from "../place/manifest.ts";
import { rungsOf, survivors, type Halving } from "../plan/halving.ts";
import { listSweepTrials, type TrialsBasis } from "../plan/list-trials.ts";
import type { PlannedTrial } from "../plan/planned-trial.ts";
import type { Search } from "../plan/search.ts";
import type { Coordinator } from "./coordinator.ts";
import { finalValues, wholeStats } from "./final-values.ts";

/** What every trial of a search is planned from. */
export type SearchBasis = Omit<TrialsBasis, "scale" | "set" | "arms" | "rung">;

/** What a search needs to go through its rounds. */
export interface SearchParts {
  readonly search: Search;
  readonly basis: SearchBasis;
  readonly manifest: SweepManifest;
  readonly dataset: string;
  readonly store: Store;
  readonly coordinator: Coordinator;
  readonly tell: (line: string) => void;
}

/** Lists the trials of a search's first round, which are all where it has one. */
export function firstRound({ search, basis }: Pick<SearchParts, "search" | "basis">): PlannedTrial[] {
  const { halving, seeds } = search;
  const all = listOf(search, basis, {}, seeds, 0);
  if (!halving) return all;
  const [rung] = halvingRungs(halving, all, seeds);
  return listOf(search, basis, { steps: String(rung!.steps) }, rung!.seeds, 0);
}

/** Trains a search round by round; of a halving, the best of each round go on to the next. */
export async function runSearch(parts: SearchParts): Promise<void> {
  const { search, basis, coordinator, tell } = parts;
  const { halving, seeds } = search;
  const all = listOf(search, basis, {}, seeds, 0);
  if (!halving) return coordinator.train(0, all);
  const rungs = halvingRungs(halving, all, seeds);
  let left: ReadonlySet<string> | undefined;
  for (const [i, rung] of rungs.entries()) {
    const listed = listOf(search, basis, { steps: String(rung.steps) }, rung.seeds, i);
    const trials = listed.filter((trial) => left?.has(candidateOf(trial)) ?? true);
    const what = halving.by === "steps" ? `${rung.steps} steps` : `${rung.seeds.length} seeds`;
    tell(`rung ${i + 1} of ${rungs.length}: ${new Set(trials.map(candidateOf)).size} candidates, ${what}`);
    await coordinator.train(i, trials);
    if (coordinator.isStopped) return;
    left = await bestOf(parts, halving, trials);
  }
  for (const name of left ?? []) tell(`best by ${halving.metric}: ${(JSON.parse(name) as string[]).join(" ")}`);
}

function listOf(
  { points, scale, set, arms }: Search,
  basis: SearchParts["basis"],
  settings: Readonly<Record<string, string>>,
  seeds: readonly number[],
  rung: number,
): PlannedTrial[] {
  return listSweepTrials({ ...basis, scale, set: { ...set, ...settings }, arms, rung }, points, seeds);
}

function halvingRungs(halving: Halving, all: readonly PlannedTrial[], seeds: readonly number[]) {
  const arms = new Map<string, Set<string>>();
  for (const trial of all) arms.set(trial.arm, (arms.get(trial.arm) ?? new Set()).add(candidateOf(trial)));
  const candidates = Math.max(...[...arms.values()].map(({ size }) => size));
  return rungsOf(halving, candidates, Math.max(...all.map(({ hyper }) => hyper.steps)), seeds);
}

/** Names what a trial is a trial of, whatever its seed and its length. */
function candidateOf({ arm, hyper }: PlannedTrial): string {
  const settings = Object.entries(hyper).filter(([key]) => key !== "steps");
  return JSON.stringify([arm, hyperText(Object.fromEntries(settings))]);
}

/** Says why nothing can be compared: trials diverged or failed, or have no such stat. */
async function noValues(store: Store, metric: string, runs: readonly string[]): Promise<string> {
  const stats = await wholeStats(store, runs);
  const there = stats.length === 0 ? "none of its trials completed" : `its trials have ${stats.join(", ")}`;
  return `--halving ${metric}: no trial of this rung has a final ${metric}; ${there}`;
}

async function bestOf(parts: SearchParts, halving: Halving, trials: readonly PlannedTrial[]): Promise<Set<string>> {
  const { store, manifest, dataset } = parts;
  const runs = await completedRuns(store, { ...manifest, dataset }, trials);
  const values = await finalValues(store, halving.metric, [...runs.values()]);
  if (values.size === 0) throw new UserError(await noValues(store, halving.metric, [...runs.values()]));
  const ofCandidates = new Map<string, PlannedTrial[]>();
  for (const trial of trials) {
    const candidate = candidateOf(trial);
    const own = ofCandidates.get(candidate) ?? [];
    ofCandidates.set(candidate, own);
    own.push(trial);
  }
  const scored = [...ofCandidates].map(([candidate, own]) => {
    return { candidate, group: own[0]!.arm, values: own.map(({ trialId }) => values.get(runs.get(trialId) ?? "")) };
  });
  return new Set(survivors(halving, scored));
}
