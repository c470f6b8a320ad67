import { keyStyle } from "../../view/line-style.ts";
import { type Palette, stepColour } from "../../view/palette.ts";
import { widthOf } from "../../view/text.ts";
import type { Curve } from "./curve.ts";
import { dashAttribute, svgText } from "./svg-element.ts";

/** Pixels across the drawing. */
export const SVG_WIDTH = 760;

/** Pixels of the letters. */
export const SVG_FONT = 12.5;

interface PlacedKey {
  readonly curve: Curve;
  readonly x: number;
  readonly row: number;
}

/** Places keys in rows, by the width that their names need. */
export function placeKeys(curves: readonly Curve[]): { items: PlacedKey[]; rows: number } {
  let [x, row] = [16, 0];
  const items = curves.map((curve) => {
    const width = 44 + widthOf(curve.name, SVG_FONT);
    if (x > 16 && x + width > SVG_WIDTH - 16) [x, row] = [16, row + 1];
    const item = { curve, x, row };
    x += width;
    return item;
  });
  return { items, rows: items.length === 0 ? 0 : row + 1 };
}

/** Draws the sign of a curve and its name. */
export function keyOf(curve: Curve, x: number, y: number, colours: Palette): string {
  if (curve.steps) {
    const each = curve.paper ? { width: 2.4, height: 1.4 } : { width: 2.9, height: 6 };
    const cells = Array.from({ length: 8 }, (_, i) => {
      const size = `width="${each.width - (curve.paper ? 0.9 : 0)}" height="${each.height}"`;
      return `<rect x="${x + i * 2.8}" y="${y - each.height / 2}" ${size} fill="${stepColour(i / 7)}"/>`;
    });
    return cells.join("") + svgText(x + 29, y + 4, curve.name, `fill="${colours.text}"`);
  }
  const { width, dash } = keyStyle({ kind: "line", paper: curve.paper }, colours.dash(curve.dash));
  return `<path d="M${x} ${y}h22" stroke="${colours.arm(curve.place)}" stroke-width="${width}"${dashAttribute(dash)}/>${svgText(x + 29, y + 4, curve.name, `fill="${colours.text}"`)}`;
}
