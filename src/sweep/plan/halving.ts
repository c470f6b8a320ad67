import { UserError } from "../../core/errors.ts";

/** A successive halving (Jamieson and Talwalkar, "Non-stochastic best arm identification", AISTATS 2016). */
export interface Halving {
  /** Stat of the whole network by whose end candidates are compared. */
  readonly metric: string;
  readonly isMax: boolean;
  /** Of so many candidates of an arm one goes on, with so many times the budget. */
  readonly eta: number;
  /** What a rung has less of. */
  readonly by: "steps" | "seeds";
}

/** Budget of one rung. */
export interface Rung {
  readonly steps: number;
  readonly seeds: readonly number[];
}

/** A candidate's final values, one a seed: none of those that diverged or failed. */
export interface Scored<T> {
  readonly candidate: T;
  /** Those that are compared with each other have one name. */
  readonly group: string;
  readonly values: readonly (number | undefined)[];
}

/**
 * Parses `loss`, `test_accuracy:max` or `l2:min`; a metric that is not an accuracy is better when it is lower.
 *
 * @throws {UserError} for any other text.
 */
export function parseMetric(text: string, who = `--halving ${text}`): Pick<Halving, "metric" | "isMax"> {
  const [, metric = "", direction] = /^([\w-]+)(?::(min|max))?$/.exec(text) ?? [];
  if (metric === "") throw new UserError(`${who}: it must be a stat, such as loss or test_accuracy:max`);
  return { metric, isMax: direction === undefined ? metric.endsWith("accuracy") : direction === "max" };
}

/** Returns the rungs for so many candidates an arm: the last has the whole budget, each before an eta-th of the next. */
export function rungsOf({ eta, by }: Halving, candidates: number, steps: number, seeds: readonly number[]): Rung[] {
  const budget = by === "steps" ? steps : seeds.length;
  const count = 1 + Math.floor(Math.min(Math.log(candidates), Math.log(budget)) / Math.log(eta) + 1e-9);
  return Array.from({ length: count }, (_, i) => {
    const part = Math.ceil(budget / eta ** (count - 1 - i));
    return by === "steps" ? { steps: part, seeds } : { steps, seeds: seeds.slice(0, part) };
  });
}

/**
 * Returns those that go on: of each group the best, one of eta and at least one. A candidate is as good as the mean of its
 * values; one of which a value is missing or not finite is worse than all others. Among equals the earlier is better.
 */
export function survivors<T>({ eta, isMax }: Halving, all: readonly Scored<T>[]): T[] {
  const groups = new Map<string, Scored<T>[]>();
  for (const one of all) {
    const own = groups.get(one.group) ?? [];
    groups.set(one.group, own);
    own.push(one);
  }
  const kept = new Set(
    [...groups.values()].flatMap((group) =>
      group
        .map((one, at) => ({ one, at, score: scoreOf(one.values, isMax) }))
        .sort((a, b) => compare(a.score, b.score) || a.at - b.at)
        .slice(0, Math.max(1, Math.floor(group.length / eta)))
        .map(({ one }) => one),
    ),
  );
  return all.filter((one) => kept.has(one)).map(({ candidate }) => candidate);
}

/** Less is better. */
function scoreOf(values: readonly (number | undefined)[], isMax: boolean): number {
  if (values.length === 0 || values.some((value) => value === undefined || !Number.isFinite(value))) return Infinity;
  const mean = (values as readonly number[]).reduce((sum, value) => sum + value, 0) / values.length;
  return isMax ? -mean : mean;
}

/** Infinities are equal. */
const compare = (a: number, b: number): number => (a === b ? 0 : a - b);
