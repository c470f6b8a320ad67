import type { LegendKey } from "../view/figure.ts";
import { AREA_ALPHA, keyStyle } from "../view/line-style.ts";
import { stepColour } from "../view/palette.ts";
import { widthOf } from "../view/text.ts";
import { inked } from "./colours.ts";
import { escape } from "./text.ts";

const SWATCH = 26;
const SIZE = 12;

/** Draws the sign in front of a legend's name, 26 x 12 pixels. */
function swatch({ kind, ink, paper }: LegendKey): string {
  const stroke = inked(ink);
  if (kind === "area")
    return `<rect x="0" y="1" width="${SWATCH}" height="10" fill="${stroke}" fill-opacity="${AREA_ALPHA}"/>`;
  if (kind === "steps") {
    const [top, height, each] = paper ? [5, 2, 1.3] : [2, 8, 2.2];
    const cells = Array.from({ length: 13 }, (_, i) => {
      return `<rect x="${i * 2}" y="${top}" width="${each}" height="${height}" fill="${stepColour(i / 12)}"/>`;
    });
    return cells.join("");
  }
  const { width, dash } = keyStyle({ kind: "line", paper: kind === "dashed" });
  const dashes = dash.length > 0 ? ` stroke-dasharray="${dash.join(" ")}"` : "";
  return `<path d="M0,6H${SWATCH}" fill="none" stroke="${stroke}" stroke-width="${width}"${dashes}/>`;
}

/** Writes the legend as a list; nothing where there are no keys. */
export function legendHtml(keys: readonly LegendKey[]): string {
  if (keys.length === 0) return "";
  const items = keys.map(
    (key) =>
      `<li><svg viewBox="0 0 ${SWATCH} 12" width="${SWATCH}" height="12" aria-hidden="true">${swatch(key)}</svg>${escape(key.label)}</li>`,
  );
  return `<ul class="legend">${items.join("")}</ul>`;
}

/** Draws the legend as part of a drawing, in lines of at most `width` pixels. */
export function legendSvg(keys: readonly LegendKey[], width: number): { svg: string; height: number } {
  let [x, y] = [0, 0];
  const items = keys.map((key) => {
    const needed = SWATCH + 8 + widthOf(key.label, SIZE) + 20;
    if (x > 0 && x + needed > width) [x, y] = [0, y + 20];
    const item =
      `<g transform="translate(${x},${y})">${swatch(key)}` +
      `<text x="${SWATCH + 8}" y="10" text-anchor="start" font-size="${SIZE}" fill="var(--text)">${escape(key.label)}</text></g>`;
    x += Math.ceil(needed);
    return item;
  });
  return { svg: items.join(""), height: keys.length === 0 ? 0 : y + 20 };
}
