import type { Palette } from "../../view/palette.ts";
import { type HorizontalRule, RULE_STYLE } from "../../view/rules.ts";
import type { Cells } from "./content.ts";
import type { Mapping, View } from "./mapping.ts";

/** Draws a heat map, in whole pixels, so that neighbours leave no seam. */
export function paintCells(
  context: CanvasRenderingContext2D,
  cells: Cells,
  { toX, toY }: Mapping,
  colours: Palette,
  left: number,
): void {
  const shades = Array.from({ length: 33 }, (_, i) => colours.ramp(i / 32, cells.of.place));
  for (let i = 0; i < cells.length; i++) {
    const x0 = Math.round(toX(cells.x0[i]!));
    const x1 = Math.round(toX(cells.x1[i]!));
    if (x1 < left) continue;
    const y0 = Math.round(toY(cells.y1[i]!));
    const y1 = Math.round(toY(cells.y0[i]!));
    context.fillStyle = shades[Math.round(32 * cells.share[i]!)] ?? shades[0]!;
    context.fillRect(x0, y0, Math.max(1, x1 - x0), Math.max(1, y1 - y0));
  }
}

/** Draws a line across with its name at the right, under the line where there is no room above. */
export function paintRule(
  context: CanvasRenderingContext2D,
  { value, label }: HorizontalRule,
  { toY }: Mapping,
  { width, height }: View,
  colours: Palette,
): void {
  const y = toY(value);
  if (!(y >= 0 && y <= height)) return;
  context.strokeStyle = context.fillStyle = colours[RULE_STYLE.ink];
  context.lineWidth = RULE_STYLE.width;
  context.setLineDash([...RULE_STYLE.dash]);
  context.beginPath();
  context.moveTo(0, Math.round(y) + 0.5);
  context.lineTo(width, Math.round(y) + 0.5);
  context.stroke();
  context.font = "12px system-ui, sans-serif";
  context.textAlign = "right";
  context.fillText(label, width - 6, y < 18 ? y + 14 : y - 5);
}
