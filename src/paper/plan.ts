import { UserError } from "../core/errors.ts";
import type { Claim } from "./claim.ts";

/** Runs that a reproduction trains, and the figures that stand on them. */
export interface PlanRecord {
  /** Name of a pipeline that ships with the project; its experiment has the same. */
  readonly pipeline: string;
  /** All of them where absent. */
  readonly arms?: readonly string[];
  readonly settings: { readonly learningRate: string };
  /** Numbers of figures: `4`, for 4a to 4c. */
  readonly figures: readonly string[];
}

/** Runs that a reproduction needs, and what of the paper stands on them. */
export interface PlannedRuns extends PlanRecord {
  readonly claims: readonly string[];
}

/** Adds to a plan the claims that stand on its runs. */
export function planOf(records: readonly PlanRecord[], claims: readonly Claim[]): readonly PlannedRuns[] {
  return records.map((record) => {
    const { pipeline, settings } = record;
    const standsOnIt = ({ measures }: Claim): boolean =>
      measures.some(
        ({ needs: { experiment, rates } }) => experiment === pipeline && rates.includes(Number(settings.learningRate)),
      );
    return { ...record, claims: claims.filter(standsOnIt).map(({ claimId }) => claimId) };
  });
}

/** Returns the number of a figure: `3` of `3a-l2`. */
export const figureNumber = (figureId: string): string => /^[A-Z]*\d+/.exec(figureId)?.[0] ?? figureId;

/** Writes `4a` and `c12` as plans have them: `4`, `C12`. */
export function namesOf(only: readonly string[] | undefined): readonly string[] | undefined {
  return only?.map((text) => text.toUpperCase().replace(/^([A-Z]*\d+)[A-D]$/, "$1"));
}

/** What a plan can be asked for. */
interface Planned {
  readonly plan: readonly PlannedRuns[];
  readonly figures: readonly { readonly id: string }[];
  readonly claims: readonly Claim[];
}

/** Says what there is of a paper, in words: `figures 1 to 13 and claims C1 to C21`. */
export function contentsOf({ figures, claims }: Omit<Planned, "plan">): string {
  const range = (ids: readonly string[]): string => [...new Set([ids[0], ids.at(-1)])].join(" to ");
  return `figures ${range(figures.map(({ id }) => figureNumber(id)))} and claims ${range(claims.map(({ claimId }) => claimId))}`;
}

/**
 * Chooses the part of a paper's plan behind some figures (`4`, `4a`) and claims (`C12`).
 *
 * @throws {UserError} naming what the paper does not have.
 */
export function choosePlan(paper: Planned, only: readonly string[] | undefined): readonly PlannedRuns[] {
  const { plan } = paper;
  const names = namesOf(only);
  if (!names) return plan;
  const isOf = ({ figures, claims }: PlannedRuns, name: string) => figures.includes(name) || claims.includes(name);
  names.forEach((name, i) => {
    if (plan.some((planned) => isOf(planned, name))) return;
    throw new UserError(`--only: no figure or claim ${only![i]!}; there are ${contentsOf(paper)}`);
  });
  return plan.filter((planned) => names.some((name) => isOf(planned, name)));
}
