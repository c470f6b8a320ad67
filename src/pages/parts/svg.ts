// A chart as SVG for a paper or a slide: drawn from the data, readable by itself, on white.

import { CROSS, LOOK_KINDS } from "../../view/line-style.ts";
import { type Palette, palette } from "../../view/palette.ts";
import { type HorizontalRule, RULE_STYLE } from "../../view/rules.ts";
import { rounded } from "../../view/shapes.ts";
import { escapeXml as escape, wrapped } from "../../view/text.ts";
import type { Chart } from "./chart.ts";
import type { Cells, Line } from "./content.ts";
import { crossAt } from "./paint-crosses.ts";
import { isSparse, type Mapping, mapping, indexRange, styleOf, type View } from "./mapping.ts";
import { dashAttribute, svgText } from "./svg-element.ts";
import { SVG_FONT, keyOf, placeKeys, SVG_WIDTH } from "./svg-keys.ts";

const BOX = { left: 74, width: 660, height: 300 };
const LINE = 17;

/** What stands around the drawing. */
interface SvgHead {
  readonly title: string;
  readonly what: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly notes: readonly string[];
}

/** Draws a chart as text and paths; what lies outside of the view is cut away by a clip path. */
export function svgOf(
  chart: Pick<Chart, "content" | "ticks">,
  shown: View,
  { title, what, xLabel, yLabel, notes: told }: SvgHead,
): string {
  const { lines = [], cells, rules = [] } = chart.content;
  const colours = palette("light");
  const view = { ...shown, width: BOX.width, height: BOX.height };
  const map = mapping(view);
  const said = lines.some(({ kind }) => kind === "cross") ? [CROSS.key, ...told] : told;
  const notes = said.flatMap((note) => wrapped(note, SVG_WIDTH - 32, 11));
  const about = wrapped(what, SVG_WIDTH - 32, SVG_FONT);
  const top = 52 + about.length * LINE + (yLabel ? 16 : 0);
  const keys = placeKeys([...new Set(lines.map(({ curve }) => curve))].slice(0, 24));
  const bottom = top + BOX.height + 48;
  const under = bottom + keys.rows * 20 + 8;
  const height = under + notes.length * LINE + 6;
  const body = [
    `<rect width="${SVG_WIDTH}" height="${height}" fill="${colours.panel}"/>`,
    svgText(16, 30, title, `font-size="17" font-weight="600" fill="${colours.text}"`),
    ...about.map((line, i) => svgText(16, 50 + i * LINE, line, `fill="${colours.muted}"`)),
    ...(yLabel ? [svgText(BOX.left, top - 9, yLabel, `fill="${colours.muted}"`)] : []),
    ...axes(chart, map, top, colours),
    `<clipPath id="plot"><rect width="${BOX.width}" height="${BOX.height}"/></clipPath>`,
    `<g transform="translate(${BOX.left} ${top})"><g clip-path="url(#plot)">`,
    ...(cells ? cellPaths(cells, map, colours) : []),
    ...LOOK_KINDS.flatMap((kind) =>
      lines.filter((line) => line.kind === kind).map((line) => drawn(line, view, map, colours)),
    ),
    ...rules.map((rule) => ruleOf(rule, map, colours)),
    "</g>",
    ...lines.map((line) => dotsOf(line, view, map, colours)),
    ...lines.filter(({ kind }) => kind === "cross").map((line) => crossOf(line, view, map, colours)),
    "</g>",
    svgText(BOX.left + BOX.width / 2, top + BOX.height + 36, xLabel, `text-anchor="middle" fill="${colours.muted}"`),
    ...keys.items.map(({ curve, x, row }) => keyOf(curve, x, bottom + row * 20, colours)),
    ...notes.map((note, i) => svgText(16, under + i * LINE, note, `font-size="11" fill="${colours.muted}"`)),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${SVG_WIDTH}" height="${height}" viewBox="0 0 ${SVG_WIDTH} ${height}" role="img" font-family="system-ui, Helvetica, Arial, sans-serif" font-size="${SVG_FONT}"><title>${escape(title)}</title><desc>${escape(what)}</desc>\n${body.join("\n")}\n</svg>\n`;
}

function axes(chart: Pick<Chart, "ticks">, { toX, toY }: Mapping, top: number, colours: Palette): string[] {
  const [x, y] = [chart.ticks("x", BOX.width), chart.ticks("y", BOX.height)];
  return [
    ...y.values.map((value, i) => {
      const at = rounded(top + toY(value));
      const label = svgText(BOX.left - 8, at + 4, y.labels[i]!, `text-anchor="end" fill="${colours.muted}"`);
      return `<path d="M${BOX.left} ${at}h${BOX.width}" stroke="${colours.grid}"/>${label}`;
    }),
    ...x.values.map((value, i) => {
      const at = rounded(BOX.left + toX(value));
      const label = svgText(at, top + BOX.height + 17, x.labels[i]!, `text-anchor="middle" fill="${colours.muted}"`);
      return `<path d="M${at} ${top}v${BOX.height}" stroke="${colours.grid}"/>${label}`;
    }),
  ];
}

function drawn(line: Line, view: View, { toX, toY }: Mapping, colours: Palette): string {
  const { colour, alpha, width, dash } = styleOf(line, colours);
  const [first, end] = indexRange(line, view);
  const { x, y, low, high } = line;
  const name = escape([line.curve.name, line.stat].filter(Boolean).join(", "));
  if (low && high && line.kind === "band") {
    const at = (i: number): string => `${rounded(toX(x[i]!))} ${rounded(toY(high[i]!))}`;
    const under = (i: number): string => `${rounded(toX(x[i]!))} ${rounded(Math.min(toY(low[i]!), view.height + 10))}`;
    const pieces = stretches(first, end, (i) => Number.isFinite(toY(high[i]!)) && Number.isFinite(low[i]));
    const paths = pieces.map((indices) => `M${[...indices.map(at), ...indices.reverse().map(under)].join("L")}Z`);
    return `<path d="${paths.join("")}" fill="${colour}" fill-opacity="${alpha}"><title>${name}, range</title></path>`;
  }
  if (!y || line.kind === "dots" || line.kind === "cross") return "";
  const pieces = stretches(first, end, (i) => Number.isFinite(toY(y[i]!)));
  const at = (i: number): string => `${rounded(toX(x[i]!))} ${rounded(toY(y[i]!))}`;
  const d = pieces.map((indices) => `M${indices.map(at).join("L")}`).join("");
  return `<path d="${d}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-opacity="${alpha}" stroke-linejoin="round"${dashAttribute(dash)}><title>${name}</title></path>`;
}

/** Draws the dots of a line, those at the ends of the axes whole: they are not clipped. */
function dotsOf(line: Line, view: View, { toX, toY }: Mapping, colours: Palette): string {
  const { x, y, kind, many } = line;
  if (!y || !(kind === "dots" || (kind === "line" && !many && isSparse(line, toX)))) return "";
  const { colour } = styleOf(line, colours);
  const [first, end] = indexRange(line, view);
  const radius = kind === "dots" ? 4 : 2.2;
  return Array.from({ length: end - first }, (_, i) => [toX(x[first + i]!), toY(y[first + i]!)] as const)
    .filter(([cx, cy]) => cy >= -0.5 && cy <= view.height + 0.5 && cx >= -0.5 && cx <= view.width + 0.5)
    .map(([cx, cy]) => `<circle cx="${rounded(cx)}" cy="${rounded(cy)}" r="${radius}" fill="${colour}"/>`)
    .join("");
}

function crossOf(line: Line, view: View, map: Mapping, colours: Palette): string {
  const middle = crossAt(line, map, view);
  if (!middle) return "";
  const { colour, width } = styleOf(line, colours);
  const { reach } = CROSS;
  const [left, top, bottom] = [middle[0] - reach, middle[1] - reach, middle[1] + reach].map(rounded);
  return `<path d="M${left} ${top}l${2 * reach} ${2 * reach}M${left} ${bottom}l${2 * reach} ${-2 * reach}" fill="none" stroke="${colour}" stroke-width="${width}"/>`;
}

/** Indices in stretches of neighbours for which `holds`. */
function stretches(first: number, end: number, holds: (i: number) => boolean): number[][] {
  const found: number[][] = [];
  for (let i = first; i < end; i++) {
    if (!holds(i)) continue;
    if (i > first && holds(i - 1)) found.at(-1)!.push(i);
    else found.push([i]);
  }
  return found;
}

/** Draws the cells of one shade as one path. */
function cellPaths({ x0, x1, y0, y1, share, length, of }: Cells, { toX, toY }: Mapping, colours: Palette): string[] {
  const shades = new Map<number, string>();
  for (let i = 0; i < length; i++) {
    const shade = Math.round(24 * share[i]!) / 24;
    if (!(shade > 0)) continue;
    const [left, top, right, bottom] = [toX(x0[i]!), toY(y1[i]!), toX(x1[i]!), toY(y0[i]!)];
    const width = rounded(right - left + 0.3);
    const path = `M${rounded(left)} ${rounded(top)}h${width}v${rounded(bottom - top + 0.3)}h${-width}z`;
    shades.set(shade, (shades.get(shade) ?? "") + path);
  }
  return [...shades].map(([shade, path]) => `<path fill="${colours.ramp(shade, of.place)}" d="${path}"/>`);
}

function ruleOf({ value, label }: HorizontalRule, { toY }: Mapping, colours: Palette): string {
  const y = rounded(toY(value));
  const { ink, width, dash } = RULE_STYLE;
  return `<path d="M0 ${y}h${BOX.width}" stroke="${colours[ink]}" stroke-width="${width}"${dashAttribute(dash)}/>${svgText(BOX.width - 6, y - 5, label, `text-anchor="end" fill="${colours[ink]}"`)}`;
}
