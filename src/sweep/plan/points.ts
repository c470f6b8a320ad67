import { UserError } from "../../core/errors.ts";
import { fold, rootKey, uniform } from "../../core/random.ts";
import type { SweepAxis, ListedAxis, RangeAxis } from "./axis.ts";

/** Settings of one point of a sweep, as `--set` takes them. */
export type Point = Readonly<Record<string, string>>;

/**
 * Returns every combination of the values, the last axis fastest.
 *
 * @throws {UserError} for a range: that takes a random search.
 */
export function gridPoints(axes: readonly SweepAxis[]): Point[] {
  const range = axes.find(({ kind }) => kind === "range");
  if (range)
    throw new UserError(`--grid ${range.key}: a range is drawn from by --random <n>; otherwise list its values`);
  return (axes as readonly ListedAxis[]).reduce<Point[]>(
    (points, { key, values }) => points.flatMap((point) => values.map((value) => ({ ...point, [key]: value }))),
    [{}],
  );
}

/** Returns how many points a grid has. */
export const gridSize = (axes: readonly SweepAxis[]): number =>
  axes.reduce((size, axis) => size * (axis.kind === "list" ? axis.values.length : 1), 1);

/**
 * Draws points, the i-th by a key of its own: the same with every call, and the first n of a larger number. Points that
 * come twice are left out.
 */
export function randomPoints(axes: readonly SweepAxis[], count: number, seed = 0): Point[] {
  const root = fold(rootKey(seed), "random search");
  const points = Array.from({ length: count }, (_, i) =>
    Object.fromEntries(axes.map((axis) => [axis.key, draw(axis, uniform(fold(root, i, axis.key), 1)[0]!)])),
  );
  const seen = new Set<string>();
  return points.filter((point) => {
    const text = JSON.stringify(point);
    const isNew = !seen.has(text);
    seen.add(text);
    return isNew;
  });
}

/** Returns the value at a fraction of the way along an axis, `0 <= at < 1`. */
function draw(axis: SweepAxis, at: number): string {
  return axis.kind === "list" ? axis.values[Math.floor(at * axis.values.length)]! : drawn(axis, at);
}

function drawn({ low, high, isLog, isWhole }: RangeAxis, at: number): string {
  // A whole number n stands for [n, n + 1), so that both ends have their full share.
  const end = isWhole ? high + 1 : high;
  const value = isLog ? low * (end / low) ** at : low + (end - low) * at;
  // Six digits tell trials apart, and people can read them.
  const rounded = isWhole ? Math.floor(value) : Number(value.toPrecision(6));
  return String(Math.min(high, Math.max(low, rounded)));
}
