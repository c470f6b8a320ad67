import { UserError } from "../../core/errors.ts";
import type { Experiment } from "../../experiment/experiment.ts";
import { seedsOf, settingsOf } from "../../run/command-line/options.ts";
import { confirm } from "../../run/terminal/confirm.ts";
import { axesOf } from "../plan/axes-of.ts";
import { checkAxes, type SweepAxis } from "../plan/axis.ts";
import { earlyStopOf } from "../plan/early-stop.ts";
import { type Halving, parseMetric } from "../plan/halving.ts";
import { MOST_TRIALS } from "../plan/list-trials.ts";
import { gridPoints, gridSize, randomPoints } from "../plan/points.ts";
import type { Search } from "../plan/search.ts";
import type { SweepCommandOptions } from "./options.ts";

/**
 * Returns the rules by which trials are stopped early: those of the command line, or of what the experiment says of itself.
 *
 * @throws {UserError} for a text that is not a rule.
 */
export function planEarlyStop({ sweep }: Experiment, { grid, earlyStop, grace }: SweepCommandOptions) {
  const declared = grid.length > 0 ? undefined : sweep;
  const rules = earlyStop.length > 0 ? earlyStop : [declared?.earlyStop ?? []].flat();
  return earlyStopOf(rules, grace ?? declared?.grace);
}

/** Trials from which on one is asked. */
const MANY = 1000;

/**
 * Plans a search from the command line, or from what the experiment says of itself.
 *
 * @throws {UserError} for nothing to sweep, or what is absurd.
 */
export function planSearch(experiment: Experiment, options: SweepCommandOptions): Search {
  const declared = options.grid.length > 0 ? undefined : experiment.sweep;
  const axes = checkAxes(declared ? axesOf(declared) : options.grid);
  if (axes.length === 0) {
    throw new UserError("sweep: nothing to sweep; give --grid key=a,b, or the pipeline a field sweep: { grid: … }");
  }
  const { random = declared?.random, halving = declared?.halving, scale, arm, eta, rungs } = options;
  const seeds = seedsOf(options) ?? seedsOf({ seeds: declared?.seeds ?? experiment.seeds ?? 1 })!;
  checkKeys(experiment, axes, options);
  if (halving !== undefined && rungs === "steps" && axes.some(({ key }) => key === "steps"))
    throw new UserError(
      "--halving: its rungs set steps, which --grid has too; leave it out there, or give --rungs seeds",
    );
  const set = settingsOf(options);
  const metric: Halving | undefined =
    halving === undefined ? undefined : { ...parseMetric(halving), eta: Math.max(2, eta), by: rungs };
  return {
    points: pointsOf(axes, random),
    seeds: [...seeds],
    scale,
    set,
    ...(arm && { arms: [...arm] }),
    ...(metric && { halving: metric }),
  };
}

function pointsOf(axes: readonly SweepAxis[], random: number | undefined) {
  if (random !== undefined) {
    // Arms are compared at the same points: each is trained at all of them.
    const arms = axes.filter(({ key }) => key === "arm");
    const drawn = randomPoints(
      axes.filter(({ key }) => key !== "arm"),
      random,
    );
    return gridPoints(arms).flatMap((arm) => drawn.map((point) => ({ ...point, ...arm })));
  }
  const size = gridSize(axes);
  if (size > MOST_TRIALS) throw new UserError(`--grid: ${size} combinations are more than ${MOST_TRIALS}`);
  return gridPoints(axes);
}

/** @throws {UserError} for a key that the experiment does not have, or that is set beside. */
function checkKeys({ hyper }: Experiment, axes: readonly SweepAxis[], { set, arm, steps }: SweepCommandOptions): void {
  const known = ["arm", ...Object.keys(hyper)];
  for (const { key, kind } of axes) {
    if (!known.includes(key)) throw new UserError(`--grid: no hyper-parameter "${key}"; there are ${known.join(", ")}`);
    const isSet = key in set || (key === "arm" && arm !== undefined) || (key === "steps" && steps !== undefined);
    if (isSet) throw new UserError(`--grid ${key}: ${key} is set beside it; leave one of them out`);
    const isNumber = key !== "arm" && typeof hyper[key] === "number";
    if (kind === "range" && !isNumber) throw new UserError(`--grid ${key}: ${key} is not a number and has no range`);
  }
}

/**
 * Asks whether so many trials are meant.
 *
 * @throws {UserError} where they are not, or nobody can be asked.
 */
export async function confirmMany(trials: number, isYes: boolean): Promise<void> {
  if (trials <= MANY || isYes) return;
  const isMeant = await confirm(
    `These are ${trials} trials. Train them?`,
    `sweep: these are ${trials} trials; --yes trains them`,
  );
  if (!isMeant) throw new UserError("sweep: nothing was trained");
}
