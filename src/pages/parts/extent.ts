import { indicesIn } from "../../view/points.ts";
import { type Ends, extent, NOTHING } from "../../view/scale.ts";
import { withoutStrays } from "../../view/strays.ts";
import type { Content, DrawnRule } from "./content.ts";

/**
 * Finds the least and largest value drawn between two x, and in `before`; on a logarithmic axis, of those above zero.
 */
export function extentOf(
  { lines = [], cells, rules = [] }: Content,
  [from, to]: Ends,
  log: boolean,
  before = NOTHING,
): Ends {
  let ends = before;
  for (const line of lines) {
    const [first, end] = indicesIn(line, [from, to]);
    for (const column of [line.y, line.low, line.high]) if (column) ends = extent(column, log, ends, first, end);
  }
  ends = extent(levelsOf(rules), log, ends);
  if (cells) for (const column of [cells.y0, cells.y1]) ends = extent(column, log, ends, 0, cells.length);
  return ends;
}

const levelsOf = (rules: readonly DrawnRule[]): number[] =>
  rules.filter((rule) => rule.inRange !== false).map(({ value }) => value);

/**
 * Narrows the extent of what is drawn between two x to most values, where runs among them diverged: one whose loss ran
 * away in a few steps is not to hide all others.
 */
export function extentOfMost({ lines = [], rules = [], cells }: Content, span: Ends, whole: Ends): Ends {
  const curves = [...new Set(lines.map(({ curve }) => curve))];
  const ranAway = curves.some(({ runs }) => runs.some(({ status }) => status === "diverged"));
  if (cells || !ranAway) return whole;
  const stretches = lines.flatMap((line) => {
    const [from, to] = indicesIn(line, span);
    return [line.y, line.low, line.high].flatMap((values) => (values ? [{ values, from, to }] : []));
  });
  return extent(levelsOf(rules), false, withoutStrays(stretches, whole));
}

/** Finds the least and largest x drawn. */
export function spanOf({ lines = [], cells }: Content): Ends {
  let ends = NOTHING;
  for (const { x, length } of lines) if (length > 0) ends = extent([x[0]!, x[length - 1]!], false, ends);
  if (cells) for (const column of [cells.x0, cells.x1]) ends = extent(column, false, ends, 0, cells.length);
  return ends;
}
