import { keyStyle, SIGN_WIDTH, stepsSign } from "../../view/line-style.ts";
import type { Palette } from "../../view/palette.ts";
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
    const width = SIGN_WIDTH + 22 + widthOf(curve.name, SVG_FONT);
    if (x > 16 && x + width > SVG_WIDTH - 16) [x, row] = [16, row + 1];
    const item = { curve, x, row };
    x += width;
    return item;
  });
  return { items, rows: items.length === 0 ? 0 : row + 1 };
}

/** Draws the sign of a curve and its name. */
export function keyOf(curve: Curve, x: number, y: number, colours: Palette): string {
  const name = svgText(x + SIGN_WIDTH + 7, y + 4, curve.name, `fill="${colours.text}"`);
  if (curve.steps) {
    const bars = stepsSign(curve.paper).map(
      (bar) =>
        `<rect x="${x + bar.x}" y="${y - bar.height / 2}" width="${bar.width}" height="${bar.height}" fill="${bar.colour}"/>`,
    );
    return bars.join("") + name;
  }
  const { width, dash } = keyStyle({ kind: "line", paper: curve.paper }, colours.dash(curve.dash));
  return `<path d="M${x} ${y}h${SIGN_WIDTH}" stroke="${colours.arm(curve.place)}" stroke-width="${width}"${dashAttribute(dash)}/>${name}`;
}
