import { grouped } from "../view/grouped.ts";
import { formatNumber } from "../view/numbers.ts";
import { UserError } from "../core/errors.ts";
import { records } from "../store/records.ts";
import type { Store } from "../store/store.ts";
import type { NeededRuns } from "./claim.ts";
import type { Conditions } from "./paper.ts";

/**
 * Returns what a paper asks of the runs of a measure.
 *
 * @throws {UserError} when the paper says nothing of their experiment.
 */
export function conditionsOf({ experiment }: NeededRuns, all: Readonly<Record<string, Conditions>>): Conditions {
  const conditions = all[experiment];
  if (conditions === undefined) throw new UserError(`claims: nothing is said of what runs of ${experiment} are a test`);
  return conditions;
}

/** Writes `3 seeds`. */
export const seedCount = (count: number): string => `${count} ${count === 1 ? "seed" : "seeds"}`;

/** Writes `3 to 20 seeds`. */
export function seedRange(counts: readonly number[]): string {
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return least === most ? seedCount(least) : `${least} to ${seedCount(most)}`;
}

/** Runs of an arm that are not there at all. */
export interface AbsentRuns {
  readonly experiment: string;
  readonly arm: string;
  /** Undefined: at whatever rate. */
  readonly rate: number | undefined;
}

/** What keeps a measure from being judged. */
interface Lack {
  /** In words. */
  readonly reason: string;
  /** There is something to measure all the same. */
  readonly measurable: boolean;
  readonly absent?: readonly AbsentRuns[];
}

/** Seeds of which all runs of a measure are there, and what it lacks. */
export interface RunsThere {
  readonly seeds: readonly number[];
  readonly lack?: Lack;
}

/** Says what runs are missing, or too short, and of which seeds none is. */
export async function lacking(
  store: Store,
  needs: NeededRuns,
  conditions: Conditions,
  minimumSeeds: number,
): Promise<RunsThere> {
  const nothing = (reason: string): RunsThere => ({ seeds: [], lack: { reason, measurable: false } });
  const { experiment, arms, rates, images = 0 } = needs;
  const found = await records(
    store,
    `SELECT arm, learning_rate AS rate, dataset, seed, steps, coalesce(TRY_CAST(hyper ->> 'images' AS INTEGER), $2) AS seen
     FROM paper_run WHERE experiment = $1`,
    [experiment, images],
  );
  const rows = found.map(({ arm, rate, dataset, seed, steps, seen }) => ({
    arm,
    rate,
    dataset: String(dataset),
    seed: Number(seed),
    steps: Number(steps),
    seen: Number(seen),
  }));
  const groups = arms.flatMap((arm) =>
    (rates ?? [undefined]).map((rate) => ({
      experiment,
      arm,
      rate,
      runs: rows.filter((run) => run.arm === arm && (rate === undefined || run.rate === rate)),
    })),
  );
  const absent = groups.filter(({ runs }) => runs.length === 0);
  if (absent.length > 0)
    return { seeds: [], lack: { reason: absentTexts(absent).join("; "), measurable: false, absent } };
  const own = groups.flatMap(({ runs }) => runs);
  const [steps, seen] = [Math.min(...own.map((run) => run.steps)), Math.min(...own.map((run) => run.seen))];
  if (steps < conditions.steps) {
    return nothing(`runs of ${experiment} of ${steps} steps; ${conditions.steps} are asked for`);
  }
  const ofArms = groups.map(({ runs }) => new Set(runs.map(({ seed }) => seed)));
  const seeds = [...ofArms[0]!].filter((seed) => ofArms.every((set) => set.has(seed)));
  const lacks = (reason: string): RunsThere => ({ seeds, lack: { reason, measurable: seeds.length > 0 } });
  if (seen < images) return lacks(`runs of ${experiment} on ${seen} training images; ${images} are asked for`);
  const other = own.find(({ dataset }) => dataset !== (conditions.dataset ?? dataset))?.dataset;
  if (other !== undefined) return lacks(`runs of ${experiment} on ${other}; the claim is about ${conditions.dataset}`);
  if (seeds.length >= minimumSeeds) return { seeds };
  return lacks(`${seedCount(seeds.length)} of ${experiment}; ${minimumSeeds} are asked for`);
}

/** Writes `no runs of landscape at lr 0.1: batchNorm, standard` of each experiment, what several measures lack once. */
export function absentTexts(absent: readonly AbsentRuns[]): string[] {
  return [...grouped(absent, ({ experiment }) => experiment)].map(
    ([experiment, own]) => `no runs of ${experiment} ${armsAtRates(own)}`,
  );
}

/** Writes `at lr 0.1: batchNorm, standard`, rates that lack the same arms together; `in batchNorm, standard` at no rate. */
function armsAtRates(absent: readonly AbsentRuns[]): string {
  const lackedAt = [...grouped(absent, ({ rate }) => rate)].map(([rate, own]) => {
    const arms = [...new Set(own.map(({ arm }) => arm))].join(", ");
    return { rate, arms };
  });
  return [...grouped(lackedAt, ({ rate, arms }) => `${rate === undefined ? "in" : "at"} ${arms}`).values()]
    .map((alike) => {
      const rates = alike.map(({ rate }) => formatNumber(rate)).join(", ");
      return alike[0]!.rate === undefined ? `in ${alike[0]!.arms}` : `at lr ${rates}: ${alike[0]!.arms}`;
    })
    .join("; ");
}
