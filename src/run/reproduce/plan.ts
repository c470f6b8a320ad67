import { UserError } from "../../core/errors.ts";

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

const FIVE_NORMS = ["C12", "C13", "C14", "C15", "C16", "C17", "C19"];
const LINEAR = ["C10", "C11", "C13", "C14", "C15", "C18", "C19"];

/** The whole paper. Learning rates stand here because one figure compares several of them. */
export const PLAN: readonly PlannedRuns[] = [
  {
    ...{ pipeline: "learning-rates", settings: { learningRate: "0.1" } },
    ...{ figures: ["1"], claims: ["C1", "C2", "C3", "C4", "C20"] },
  },
  {
    ...{ pipeline: "learning-rates", settings: { learningRate: "0.5" } },
    ...{ figures: ["1"], claims: ["C3", "C20"] },
  },
  { pipeline: "noisy-batchnorm", settings: {}, figures: ["2", "8"], claims: ["C1", "C5", "C6", "C7", "C8"] },
  ...["0.1", "0.01"].map((learningRate) => ({
    ...{ pipeline: "internal-covariate-shift", settings: { learningRate } },
    ...{ figures: ["3"], claims: ["C9"] },
  })),
  { pipeline: "landscape", settings: {}, figures: ["4", "5", "6", "11", "12"], claims: FIVE_NORMS },
  { pipeline: "deep-linear", settings: {}, figures: ["3", "5", "9", "10", "11", "13"], claims: LINEAR },
  {
    ...{ pipeline: "deep-linear", arms: ["standard", "batchNorm"], settings: { learningRate: "1e-7" } },
    ...{ figures: ["3"], claims: ["C10", "C11"] },
  },
  { pipeline: "theory", settings: {}, figures: ["7"], claims: ["C21"] },
  ...["0.01", "0.03", "0.3", "1"].map((learningRate) => ({
    ...{ pipeline: "learning-rates", settings: { learningRate } },
    ...{ figures: [], claims: ["C20"] },
  })),
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
