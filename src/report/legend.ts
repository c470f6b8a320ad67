import type { LegendKey } from "../view/figure.ts";
import { AREA_ALPHA, keyStyle, SIGN_WIDTH, stepsSign } from "../view/line-style.ts";
import { widthOf } from "../view/text.ts";
import { inked } from "./colours.ts";
import { escape } from "./text.ts";

const SIZE = 12;

/** Draws the sign in front of a legend's name, 26 x 12 pixels. */
function swatch({ kind, ink, paper }: LegendKey): string {
  const stroke = inked(ink);
  if (kind === "area")
    return `<rect x="0" y="1" width="${SIGN_WIDTH}" height="10" fill="${stroke}" fill-opacity="${AREA_ALPHA}"/>`;
  if (kind === "steps") {
    const bars = stepsSign(paper).map(
      ({ x, width, height, colour }) =>
        `<rect x="${x}" y="${6 - height / 2}" width="${width}" height="${height}" fill="${colour}"/>`,
    );
    return bars.join("");
  }
  const { width, dash } = keyStyle({ kind: "line", paper: kind === "dashed" });
  const dashes = dash.length > 0 ? ` stroke-dasharray="${dash.join(" ")}"` : "";
  return `<path d="M0,6H${SIGN_WIDTH}" fill="none" stroke="${stroke}" stroke-width="${width}"${dashes}/>`;
}

/** Writes the legend as a list; nothing where there are no keys. */
export function legendHtml(keys: readonly LegendKey[]): string {
  if (keys.length === 0) return "";
  const items = keys.map(
    (key) =>
      `<li><svg viewBox="0 0 ${SIGN_WIDTH} 12" width="${SIGN_WIDTH}" height="12" aria-hidden="true">${swatch(key)}</svg>${escape(key.label)}</li>`,
  );
  return `<ul class="legend">${items.join("")}</ul>`;
}

/** Draws the legend as part of a drawing, in lines of at most `width` pixels. */
export function legendSvg(keys: readonly LegendKey[], width: number): { svg: string; height: number } {
  let [x, y] = [0, 0];
  const items = keys.map((key) => {
    const needed = SIGN_WIDTH + 8 + widthOf(key.label, SIZE) + 20;
    if (x > 0 && x + needed > width) [x, y] = [0, y + 20];
    const item =
      `<g transform="translate(${x},${y})">${swatch(key)}` +
      `<text x="${SIGN_WIDTH + 8}" y="10" text-anchor="start" font-size="${SIZE}" fill="var(--text)">${escape(key.label)}</text></g>`;
    x += Math.ceil(needed);
    return item;
  });
  return { svg: items.join(""), height: keys.length === 0 ? 0 : y + 20 };
}
