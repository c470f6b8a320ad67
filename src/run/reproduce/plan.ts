import { UserError } from "../../core/errors.ts";
import { CLAIMS } from "../../paper/claims.ts";

/** Runs that a reproduction needs, and what of the paper stands on them. */
export interface PlannedRuns {
  /** Name of a pipeline that ships with the project. */
  readonly pipeline: string;
  /** All of them where absent. */
  readonly arms?: readonly string[];
  readonly settings: Readonly<Record<string, string>>;
  readonly figures: readonly string[];
  readonly claims: readonly string[];
}

const planned = (
  pipeline: string,
  learningRate: string,
  figures: readonly string[],
  arms?: readonly string[],
): PlannedRuns => ({
  ...{ pipeline, settings: { learningRate }, figures, ...(arms ? { arms } : {}) },
  claims: CLAIMS.filter(({ measures }) =>
    measures.some(
      ({ needs: { experiment, rates } }) => experiment === pipeline && rates.includes(Number(learningRate)),
    ),
  ).map(({ id }) => id),
});

/** The whole paper. Learning rates stand here because one figure compares several of them. */
export const PLAN: readonly PlannedRuns[] = [
  planned("learning-rates", "0.1", ["1"]),
  planned("learning-rates", "0.5", ["1"]),
  planned("noisy-batchnorm", "0.1", ["2", "8"]),
  planned("internal-covariate-shift", "0.1", ["3"]),
  planned("internal-covariate-shift", "0.01", ["3"]),
  planned("landscape", "0.1", ["4", "5", "6", "11", "12"]),
  planned("deep-linear", "1e-6", ["3", "5", "9", "10", "11", "13"]),
  planned("deep-linear", "1e-7", ["3"], ["standard", "batchNorm"]),
  planned("theory", "0.1", ["7"]),
  ...["0.01", "0.03", "0.3", "1"].map((learningRate) => planned("learning-rates", learningRate, [])),
];

/** `4a` and `c12` as the plan has them: `4`, `C12`. */
export function namesOf(only: readonly string[] | undefined): readonly string[] | undefined {
  return only?.map((text) => text.toUpperCase().replace(/^(\d+)[A-D]$/, "$1"));
}

/**
 * The part of the plan behind some figures (`4`, `4a`) and claims (`C12`).
 *
 * @throws UserError naming what the paper does not have.
 */
export function choosePlan(only: readonly string[] | undefined): readonly PlannedRuns[] {
  const names = namesOf(only);
  if (!names) return PLAN;
  const isOf = ({ figures, claims }: PlannedRuns, name: string) => figures.includes(name) || claims.includes(name);
  names.forEach((name, i) => {
    if (PLAN.some((planned) => isOf(planned, name))) return;
    throw new UserError(`--only: no figure or claim ${only![i]!}; there are figures 1 to 13 and claims C1 to C21`);
  });
  return PLAN.filter((planned) => names.some((name) => isOf(planned, name)));
}
