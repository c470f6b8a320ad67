import { stepColour } from "./colours.ts";
import { escape, widthOf } from "./text.ts";

export interface Key {
  readonly label: string;
  readonly stroke: string;
  readonly kind: "line" | "dashed" | "area" | "steps";
}

const SWATCH = 26;
const SIZE = 12;

/** The sign in front of a legend's name: 26 x 12. */
function swatch({ kind, stroke }: Key): string {
  if (kind === "area") return `<rect x="0" y="1" width="${SWATCH}" height="10" fill="${stroke}" fill-opacity="0.35"/>`;
  if (kind === "steps") {
    const cells = Array.from({ length: 13 }, (_, i) => {
      return `<rect x="${i * 2}" y="2" width="2.2" height="8" fill="${stepColour(i / 12)}"/>`;
    });
    return cells.join("");
  }
  const dashes = kind === "dashed" ? ' stroke-dasharray="5 3"' : "";
  return `<path d="M0,6H${SWATCH}" fill="none" stroke="${stroke}" stroke-width="${kind === "dashed" ? 1.6 : 3}"${dashes}/>`;
}

export function legendHtml(keys: readonly Key[]): string {
  if (keys.length === 0) return "";
  const items = keys.map(
    (key) =>
      `<li><svg viewBox="0 0 ${SWATCH} 12" width="${SWATCH}" height="12" aria-hidden="true">${swatch(key)}</svg>${escape(key.label)}</li>`,
  );
  return `<ul class="legend">${items.join("")}</ul>`;
}

/** The legend as part of a drawing, in lines of at most `width` pixels. */
export function legendSvg(keys: readonly Key[], width: number): { svg: string; height: number } {
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
