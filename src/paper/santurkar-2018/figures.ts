import type { FigureRecord } from "../figure-record.ts";
import { COVARIATE_SHIFT } from "./figures/covariate-shift.ts";
import { DISTRIBUTIONS } from "./figures/distributions.ts";
import { LANDSCAPE } from "./figures/landscape.ts";
import { THEORY } from "./figures/theory.ts";
import { TRAINING } from "./figures/training.ts";

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
  ...TRAINING,
  ...DISTRIBUTIONS,
  ...COVARIATE_SHIFT,
  ...LANDSCAPE,
  ...THEORY,
].sort(byId);
