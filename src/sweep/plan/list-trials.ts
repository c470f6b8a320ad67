import { UserError } from "../../core/errors.ts";
import type { DataSet } from "../../core/types.ts";
import { chooseArms, resolveHyper, type Experiment, type Scale } from "../../experiment/experiment.ts";
import { fittedTo } from "../../run/runner/trials.ts";
import type { PlannedTrial } from "./planned-trial.ts";
import type { Point } from "./points.ts";
import { hashTrial, type TrialFacts } from "./trial-id.ts";

/** What points become trials of. */
export interface TrialsBasis extends Pick<TrialFacts, "experiment" | "backend" | "codeVersion"> {
  readonly definition: Experiment;
  readonly data: DataSet;
  readonly scale: Scale;
  /** Settings of all points, as `--set` has them. */
  readonly set: Point;
  /** Arms of the points that name none. Default: all. */
  readonly arms?: readonly string[] | undefined;
  readonly sweepId: string;
  readonly rung?: number;
}

/** Most trials of a sweep: its ledger and its queue are read whole. */
export const MOST_TRIALS = 100_000;

/**
 * Lists the trials of points, for each seed; seeds outermost, so that the first seed of everything is there first. Points
 * that come to the same trial give one.
 *
 * @throws {UserError} for a key, a value or an arm that the experiment does not have.
 */
export function listSweepTrials(
  basis: TrialsBasis,
  points: readonly Point[],
  seeds: readonly number[],
): PlannedTrial[] {
  const { definition, data, experiment, backend, codeVersion, scale, sweepId, rung = 0 } = basis;
  if (points.length * seeds.length > MOST_TRIALS) {
    throw new UserError(`sweep: ${points.length} points of ${seeds.length} seeds are more than ${MOST_TRIALS} trials`);
  }
  const settled = points.flatMap(({ arm, ...settings }) => {
    const hyper = fittedTo(data, resolveHyper(definition, scale, { ...basis.set, ...settings }));
    const arms = chooseArms(definition, hyper, arm === undefined ? basis.arms : [arm]);
    return Object.entries(arms).map(([name, { network }]) => ({ arm: name, hyper, network: network.name }));
  });
  const trials = seeds.flatMap((seed) =>
    settled.map(({ arm, hyper, network }): PlannedTrial => {
      const trialId = hashTrial({ experiment, arm, seed, hyper, dataset: data.name, backend, codeVersion });
      const runId = `${experiment}/${arm}/${seed}/${sweepId}-${trialId.slice(0, 12)}`;
      return { trialId, runId, arm, seed, hyper, network, rung };
    }),
  );
  if (trials.length > MOST_TRIALS) throw new UserError(`sweep: ${trials.length} are more than ${MOST_TRIALS} trials`);
  return [...new Map(trials.map((trial) => [trial.trialId, trial])).values()];
}
