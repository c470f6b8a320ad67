import { CROSS } from "../../view/line-style.ts";
import type { Line } from "./content.ts";
import type { Mapping, View } from "./mapping.ts";

/** Returns where the middle of a cross lies in pixels; undefined where the view does not show it. */
export function crossAt(
  { x, y }: Pick<Line, "x" | "y">,
  { toX, toY }: Mapping,
  { width }: Pick<View, "width">,
): readonly [x: number, y: number] | undefined {
  const [left, top] = [toX(x[0]!), toY(y![0]!)];
  return Number.isFinite(top) && left >= -0.5 && left <= width + 0.5 ? [left, top] : undefined;
}

/** Draws crosses in the stroke that is set. */
export function paintCrosses(
  context: CanvasRenderingContext2D,
  lines: readonly Line[],
  map: Mapping,
  view: Pick<View, "width">,
): void {
  context.beginPath();
  for (const line of lines) {
    const [x, y] = crossAt(line, map, view) ?? [];
    if (x === undefined || y === undefined) continue;
    for (const up of [-CROSS.reach, CROSS.reach]) {
      context.moveTo(x - CROSS.reach, y - up);
      context.lineTo(x + CROSS.reach, y + up);
    }
  }
  context.stroke();
}
