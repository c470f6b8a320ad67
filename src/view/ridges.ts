import { armsInOrder, placesOf } from "./arms.ts";
import { panelTitle } from "./figure.ts";
import { type FigureRows, numberOf, panelsInOrder, textOf } from "./figure-rows.ts";
import { counted } from "./numbers.ts";

/** One step's histogram. */
export interface Ridge {
  readonly panel: string;
  readonly arm: string;
  readonly step: number;
  readonly lo: number;
  readonly hi: number;
  readonly counts: readonly number[];
}

/** The histograms of one panel and arm. */
export interface RidgePanel {
  readonly title: string;
  readonly arm: string;
  readonly place: number;
  /** By step. */
  readonly ridges: readonly Ridge[];
}

/** Lays out a figure of kind `ridge`: a panel per panel and arm, the steps of each in order. */
export function ridgesView({ figure, rows }: Pick<FigureRows, "figure" | "rows">): {
  panels: RidgePanel[];
  notes: string[];
} {
  const all = rows.map((row) => ({
    panel: textOf(row["panel"]),
    arm: textOf(row["arm"]),
    step: numberOf(row["step"]),
    lo: numberOf(row["lo"]),
    hi: numberOf(row["hi"]),
    counts: countsOf(row["counts"]),
  }));
  const ridges = all
    .filter(
      ({ step, lo, hi, counts }) =>
        Number.isFinite(step) && Number.isFinite(hi - lo) && hi > lo && counts.some((count) => count > 0),
    )
    .sort((a, b) => a.step - b.step);
  const arms = armsInOrder(
    ridges.map(({ arm }) => arm),
    figure.arms,
  );
  const places = placesOf(arms, figure.arms);
  const panels = panelsInOrder(ridges.map(({ panel }) => panel)).flatMap((panel) =>
    arms.flatMap((arm) => {
      const inside = ridges.filter((ridge) => ridge.panel === panel && ridge.arm === arm);
      const title = panelTitle({ panel, arm }, arms);
      return inside.length === 0 ? [] : [{ title, arm, place: places.get(arm)!, ridges: inside }];
    }),
  );
  const missing = all.length - ridges.length;
  const notes = missing > 0 ? [`${counted(missing, "histogram")} left out: without width, or not finite.`] : [];
  return { panels, notes };
}

/** Lists come as arrays, typed arrays, or the database's own lists. */
function countsOf(value: unknown): number[] {
  const list = typeof value === "object" && value !== null && "items" in value ? value.items : value;
  if (Array.isArray(list)) return list.map(numberOf);
  return ArrayBuffer.isView(list) ? Array.from(list as unknown as ArrayLike<number | bigint>, Number) : [];
}
