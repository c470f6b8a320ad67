import type { Reading, Recorded } from "../../core/types.ts";
import { encodeNumber } from "../../feed/protocol/number.ts";
import type { StopVerdict } from "../place/attempts.ts";
import type { EarlyStop, EarlyStopRule } from "../plan/early-stop.ts";
import type { PlannedTrial } from "../plan/planned-trial.ts";
import { MetricMeans, type StretchMean } from "./metric-means.ts";

/** Trials that must have been at a step before another is compared with their median. */
const FEWEST = 3;
/** How many times what it had at first a stat that diverges has come to. */
const FACTOR = 10;
/** Stretches of the longest trial of a round: at the end of each, trials are compared. */
const STRETCHES = 100;

/** Part of a trial's steps in which it is not stopped, unless a number of steps is given. */
const GRACE = 0.1;

/**
 * Decides which trials of a round are stopped before their last step, from what each records. A trial is compared with
 * those of its arm that were at the same step before it (median stopping: Golovin et al., "Google Vizier", KDD 2017), or
 * with itself.
 */
export class EarlyStopper {
  readonly width: number;
  readonly #options: EarlyStop;
  readonly #means = new Map<string, MetricMeans>();
  /** What trials had, ascending from the best, by rule, arm and stretch. */
  readonly #had = new Map<string, number[]>();
  readonly #seen = new Set<string>();

  /** `steps` are those of the round's longest trial. */
  constructor(options: EarlyStop, steps: number) {
    this.#options = options;
    this.width = Math.max(1, Math.ceil(steps / STRETCHES));
  }

  /** The stats that it looks at. */
  get metrics(): readonly string[] {
    return [...new Set(this.#options.rules.map(({ metric }) => metric))];
  }

  /** Those that no trial has recorded so far. */
  get unseen(): readonly string[] {
    return this.metrics.filter((metric) => !this.#seen.has(metric));
  }

  /** Takes records of a trial, in their order; returns why it is to be stopped, when it is. */
  see(trial: PlannedTrial, records: readonly Recorded[]): StopVerdict | undefined {
    for (const rule of this.#options.rules) {
      const means = this.#meansOf(trial, rule);
      for (const record of records) {
        if (!isOf(record, rule.metric)) continue;
        this.#seen.add(rule.metric);
        for (const ended of means.add(record.step, record.value)) {
          const verdict = this.#judge(trial, rule, ended, means.first!);
          if (verdict) return verdict;
        }
      }
    }
    return undefined;
  }

  /** Takes what a trial had that is over. */
  remember(arm: string, metric: string, { stretch, mean }: StretchMean): void {
    this.#seen.add(metric);
    for (const rule of this.#options.rules) {
      if (rule.metric === metric) insert(this.#hadAt(arm, rule, stretch), scoreOf(mean, rule));
    }
  }

  /** A trial goes on from a step, and records anew what comes behind it. */
  goesOn(trial: PlannedTrial, step: number): void {
    for (const rule of this.#options.rules) this.#meansOf(trial, rule).cut(step);
  }

  /** Compares, and then remembers for those who come later. */
  #judge(
    { arm, hyper: { steps } }: PlannedTrial,
    rule: EarlyStopRule,
    { stretch, mean }: StretchMean,
    first: number,
  ): StopVerdict | undefined {
    const had = this.#hadAt(arm, rule, stretch);
    const score = scoreOf(mean, rule);
    const [bound, trials] = rule.rule === "median" ? [median(had), had.length] : [FACTOR * Math.abs(first), 1];
    const isWorse = score > bound && (rule.rule === "divergence" || had.length >= FEWEST);
    insert(had, score);
    const step = (stretch + 1) * this.width - 1;
    const grace = this.#options.grace ?? Math.ceil(GRACE * steps);
    if (!isWorse || step < grace || step + 1 >= steps) return undefined;
    const shown = Number.isFinite(bound) ? (rule.isMax ? -bound : bound) : null;
    return { rule: rule.rule, metric: rule.metric, step, value: encodeNumber(mean), bound: shown, trials };
  }

  #meansOf({ trialId }: PlannedTrial, rule: EarlyStopRule): MetricMeans {
    return known(this.#means, JSON.stringify([trialId, nameOf(rule)]), () => new MetricMeans(this.width));
  }

  #hadAt(arm: string, rule: EarlyStopRule, stretch: number): number[] {
    return known(this.#had, JSON.stringify([arm, nameOf(rule), stretch]), () => []);
  }
}

const nameOf = ({ rule, metric }: EarlyStopRule): string => `${rule}:${metric}`;

/** Readings of a stat of the whole network. */
const isOf = (record: Recorded, metric: string): record is Reading =>
  record.kind === "reading" &&
  record.stat === metric &&
  record.layer === undefined &&
  record.unit === undefined &&
  record.distance === undefined;

/** Less is better; what is not finite is worst. */
function scoreOf(mean: number, { isMax }: EarlyStopRule): number {
  if (!Number.isFinite(mean)) return Infinity;
  return isMax ? -mean : mean;
}

/** Of ascending numbers; of an even number the larger of the two in the middle. */
const median = (ascending: readonly number[]): number => ascending[Math.floor(ascending.length / 2)] ?? Infinity;

function insert(ascending: number[], value: number): void {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  ascending.splice(low, 0, value);
}

function known<T>(all: Map<string, T>, key: string, make: () => T): T {
  const there = all.get(key);
  if (there !== undefined) return there;
  const made = make();
  all.set(key, made);
  return made;
}
