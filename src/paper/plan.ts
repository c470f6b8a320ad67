import { UserError } from "../core/errors.ts";
import type { Claim } from "./claim.ts";

/** Runs that a reproduction trains, and the figures that stand on them. */
export interface PlanRecord {
  /** Name of a pipeline that ships with the project; its experiment has the same. */
  readonly pipeline: string;
  /** All of them where absent. */
  readonly arms?: readonly string[];
  readonly settings: Readonly<Record<string, string>> & { readonly learningRate: string };
  /** Numbers of figures: `4`, for 4a to 4c. Of a supplement, their ids: `4a`. */
  readonly figures: readonly string[];
  /** Number of seeds by scale, unless seeds are asked for. Default: as of all others. */
  readonly seeds?: Readonly<Record<string, number>>;
  /** What these runs are a part of; default: of the scale itself. */
  readonly supplement?: Supplement;
}

/** Runs of other settings than their scale's: no verdict stands on them, and they have a report of their own. */
export interface Supplement {
  /** What `--only` calls it, and the folder of its report. */
  readonly name: string;
  readonly title: string;
  /** The scale that it goes with. */
  readonly scale: string;
  /** The settings that tell these runs from others. */
  readonly hyper: Readonly<Record<string, string>>;
}

/** Runs that a reproduction needs, and what of the paper stands on them. */
export interface PlannedRuns extends PlanRecord {
  readonly claims: readonly string[];
}

/** Adds to a plan the claims that stand on its runs. */
export function planOf(records: readonly PlanRecord[], claims: readonly Claim[]): readonly PlannedRuns[] {
  return records.map((record) => {
    const { pipeline, settings, supplement } = record;
    const standsOnIt = ({ measures }: Claim): boolean =>
      measures.some(
        ({ needs: { experiment, rates } }) =>
          experiment === pipeline && (rates?.includes(Number(settings.learningRate)) ?? true),
      );
    return { ...record, claims: supplement ? [] : claims.filter(standsOnIt).map(({ claimId }) => claimId) };
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

/** Says what there is of a paper, in words: `figures 1 to 13, claims C1 to C21 and full-width`. */
export function contentsOf({ plan, figures, claims }: Planned): string {
  const range = (ids: readonly string[]): string => [...new Set([ids[0], ids.at(-1)])].join(" to ");
  const all = [
    `figures ${range(figures.map(({ id }) => figureNumber(id)))}`,
    `claims ${range(claims.map(({ claimId }) => claimId))}`,
    ...supplementsOf(plan).map(({ supplement }) => supplement.name),
  ];
  return `${all.slice(0, -1).join(", ")} and ${all.at(-1)!}`;
}

/**
 * Chooses the part of a paper's plan behind some figures (`4`, `4a`), claims (`C12`) and supplements (`full-width`), at a
 * scale.
 *
 * @throws {UserError} naming what the paper does not have.
 */
export function choosePlan(paper: Planned, only: readonly string[] | undefined, scale: string): readonly PlannedRuns[] {
  const plan = paper.plan.filter(({ supplement }) => supplement === undefined || supplement.scale === scale);
  const names = namesOf(only);
  if (!names) return plan;
  const isOf = ({ figures, claims, supplement }: PlannedRuns, name: string) =>
    supplement === undefined ? figures.includes(name) || claims.includes(name) : supplement.name.toUpperCase() === name;
  names.forEach((name, i) => {
    if (plan.some((planned) => isOf(planned, name))) return;
    throw new UserError(`--only: no figure or claim ${only![i]!}; there are ${contentsOf({ ...paper, plan })}`);
  });
  return plan.filter((planned) => names.some((name) => isOf(planned, name)));
}

/** Lists the supplements of a plan, with the ids of its figures. */
export function supplementsOf(
  plan: readonly PlanRecord[],
): readonly { supplement: Supplement; figures: readonly string[] }[] {
  const names = new Set(plan.flatMap(({ supplement }) => supplement?.name ?? []));
  return [...names].map((name) => {
    const records = plan.filter(({ supplement }) => supplement?.name === name);
    return { supplement: records[0]!.supplement!, figures: records.flatMap(({ figures }) => figures) };
  });
}
