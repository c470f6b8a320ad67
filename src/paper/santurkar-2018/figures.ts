import type { FigureRecord } from "../figure-record.ts";
import { COVARIATE_SHIFT_FIGURES } from "./figures/covariate-shift.ts";
import { DISTRIBUTION_FIGURES } from "./figures/distributions.ts";
import { LANDSCAPE_FIGURES } from "./figures/landscape.ts";
import { THEORY_FIGURES } from "./figures/theory.ts";
import { TRAINING_FIGURES } from "./figures/training.ts";

/** `12b` before `12c`; `3a-l2` and `3a-cosine` are alike. */
const byId = (a: FigureRecord, b: FigureRecord): number => {
  const [[one, part], [other, otherPart]] = [placeOf(a), placeOf(b)];
  return one - other || part.localeCompare(otherPart);
};

function placeOf({ id }: FigureRecord): readonly [number: number, part: string] {
  const [, number, part] = /^(\d+)([a-d]?)/.exec(id)!;
  return [Number(number), part!];
}

/** Every figure of the paper, in its order. Those that plot several quantities are one for each. */
export const FIGURES: readonly FigureRecord[] = [
  ...TRAINING_FIGURES,
  ...DISTRIBUTION_FIGURES,
  ...COVARIATE_SHIFT_FIGURES,
  ...LANDSCAPE_FIGURES,
  ...THEORY_FIGURES,
].sort(byId);
