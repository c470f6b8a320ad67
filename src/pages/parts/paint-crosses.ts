import { CROSS } from "../../view/line-style.ts";
import type { Line } from "./content.ts";
import type { Mapping, View } from "./mapping.ts";

/**
 * Returns where the middle of a cross lies in pixels, at the nearest end of the axis of values where that does not reach
 * it; undefined where the view does not show its step.
 */
export function crossAt(
  { x, y }: Pick<Line, "x" | "y">,
  { toX, toY }: Mapping,
  { width, height }: Pick<View, "width" | "height">,
): readonly [x: number, y: number] | undefined {
  const [left, top] = [toX(x[0]!), toY(y![0]!)];
  const isShown = Number.isFinite(top) && left >= -0.5 && left <= width + 0.5;
  return isShown ? [left, Math.min(height, Math.max(0, top))] : undefined;
}

/** Draws crosses in the stroke that is set. */
export function paintCrosses(
  context: CanvasRenderingContext2D,
  lines: readonly Line[],
  map: Mapping,
  view: Pick<View, "width" | "height">,
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
