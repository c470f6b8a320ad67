// A chart as SVG for a paper or a slide: drawn from the data, readable by itself, on white.

import { palette } from "/view/palette.js";
import { isSparse, mapping, shown, styleOf } from "./paint.js";
import { KINDS, lineStyle } from "/view/line-style.js";
import { escapeXml as escape, wrapped } from "/view/text.js";

const WIDTH = 760;
const BOX = { left: 74, width: 660, height: 300 };
const LINE = 17;
const FONT = 12.5;

/**
 * `chart`: a Chart; `head`: `{ title, what, xLabel, yLabel, notes }`. Everything is text and paths; what lies outside of
 * the view is cut away by a clip path.
 */
export function svgOf(chart, { title, what, xLabel, yLabel, notes }) {
  const { content, view: live } = chart;
  const colours = palette("light");
  const view = { ...live, width: BOX.width, height: BOX.height };
  const map = mapping(view);
  const about = wrapped(what, WIDTH - 32, FONT);
  const top = 52 + about.length * LINE + (yLabel ? 16 : 0);
  const curves = [...new Set((content.lines ?? []).map(({ curve }) => curve))].slice(0, 24);
  const keys = placeKeys(curves);
  const bottom = top + BOX.height + 48;
  const height = bottom + keys.rows * 20 + notes.length * LINE + 14;
  const body = [
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    text(16, 30, title, `font-size="17" font-weight="600" fill="${colours.text}"`),
    ...about.map((line, i) => text(16, 50 + i * LINE, line, `fill="${colours.muted}"`)),
    ...(yLabel ? [text(BOX.left, top - 9, yLabel, `fill="${colours.muted}"`)] : []),
    ...axes(chart, map, top, colours),
    `<clipPath id="plot"><rect width="${BOX.width}" height="${BOX.height}"/></clipPath>`,
    `<g transform="translate(${BOX.left} ${top})"><g clip-path="url(#plot)">`,
    ...(content.cells ? cells(content.cells, map, colours) : []),
    ...KINDS.flatMap((kind) =>
      (content.lines ?? []).filter((line) => line.kind === kind).map((line) => drawn(line, view, map, colours)),
    ),
    ...(content.rules ?? []).map((rule) => ruleOf(rule, map, colours)),
    "</g></g>",
    text(BOX.left + BOX.width / 2, top + BOX.height + 36, xLabel, `text-anchor="middle" fill="${colours.muted}"`),
    ...keys.items.map(({ curve, x, row }) => keyOf(curve, x, bottom + row * 20, colours)),
    ...notes.map((note, i) =>
      text(16, bottom + keys.rows * 20 + 8 + i * LINE, note, `font-size="11" fill="${colours.muted}"`),
    ),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" font-family="system-ui, Helvetica, Arial, sans-serif" font-size="${FONT}"><title>${escape(title)}</title><desc>${escape(what)}</desc>\n${body.join("\n")}\n</svg>\n`;
}

function axes(chart, { toX, toY }, top, colours) {
  const parts = [];
  const [x, y] = [chart.ticks("x", BOX.width), chart.ticks("y", BOX.height)];
  y.values.forEach((value, i) => {
    const at = round(top + toY(value));
    parts.push(`<path d="M${BOX.left} ${at}h${BOX.width}" stroke="${colours.grid}"/>`);
    parts.push(text(BOX.left - 8, at + 4, y.labels[i], `text-anchor="end" fill="${colours.muted}"`));
  });
  x.values.forEach((value, i) => {
    const at = round(BOX.left + toX(value));
    parts.push(`<path d="M${at} ${top}v${BOX.height}" stroke="${colours.grid}"/>`);
    parts.push(text(at, top + BOX.height + 17, x.labels[i], `text-anchor="middle" fill="${colours.muted}"`));
  });
  return parts;
}

function drawn(line, view, { toX, toY }, colours) {
  const { colour, alpha, width, dash } = styleOf(line, colours);
  const [first, end] = shown(line, view);
  const at = (i, column) => `${round(toX(line.x[i]))} ${round(toY(column[i]))}`;
  const name = escape([line.curve?.name, line.stat].filter(Boolean).join(", "));
  if (line.kind === "band") {
    const pieces = runs(first, end, (i) => Number.isFinite(toY(line.high[i])) && Number.isFinite(line.low[i]));
    const low = (i) => `${round(toX(line.x[i]))} ${round(Math.min(toY(line.low[i]), view.height + 10))}`;
    const paths = pieces.map(([from, to]) => {
      const indices = Array.from({ length: to - from }, (_, k) => from + k);
      return `M${[...indices.map((i) => at(i, line.high)), ...indices.reverse().map(low)].join("L")}Z`;
    });
    return `<path d="${paths.join("")}" fill="${colour}" fill-opacity="${alpha}"><title>${name}, range</title></path>`;
  }
  const dots = (radius) =>
    runs(first, end, (i) => Number.isFinite(toY(line.y[i]))).flatMap(([from, to]) =>
      Array.from({ length: to - from }, (_, k) => {
        const [x, y] = at(from + k, line.y).split(" ");
        return `<circle cx="${x}" cy="${y}" r="${radius}" fill="${colour}"/>`;
      }),
    );
  if (line.kind === "dots") return dots(4).join("");
  const d = runs(first, end, (i) => Number.isFinite(toY(line.y[i])))
    .map(([from, to]) => `M${Array.from({ length: to - from }, (_, k) => at(from + k, line.y)).join("L")}`)
    .join("");
  const dashes = dash.length > 0 ? ` stroke-dasharray="${dash.join(" ")}"` : "";
  const marks = line.kind === "line" && !line.many && isSparse(line, toX) ? dots(2.2).join("") : "";
  return `<path d="${d}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-opacity="${alpha}" stroke-linejoin="round"${dashes}><title>${name}</title></path>${marks}`;
}

/** Stretches of neighbours for which `holds`. */
function runs(first, end, holds) {
  const found = [];
  for (let i = first; i < end; i++) {
    if (!holds(i)) continue;
    const from = i;
    while (i < end && holds(i)) i++;
    found.push([from, i]);
  }
  return found;
}

/** Cells of one shade are one path. */
function cells({ x0, x1, y0, y1, share, length, place }, { toX, toY }, colours) {
  const shades = new Map();
  for (let i = 0; i < length; i++) {
    const shade = Math.round(24 * share[i]) / 24;
    if (!(shade > 0)) continue;
    if (!shades.has(shade)) shades.set(shade, []);
    const [left, top] = [toX(x0[i]), toY(y1[i])];
    shades
      .get(shade)
      .push(
        `M${round(left)} ${round(top)}h${round(toX(x1[i]) - left + 0.3)}v${round(toY(y0[i]) - top + 0.3)}h${round(left - toX(x1[i]) - 0.3)}z`,
      );
  }
  return [...shades].map(([shade, paths]) => `<path fill="${colours.ramp(shade, place)}" d="${paths.join("")}"/>`);
}

function ruleOf({ value, label }, { toY }, colours) {
  const y = round(toY(value));
  return `<path d="M0 ${y}h${BOX.width}" stroke="${colours.muted}" stroke-dasharray="6 4"/>${text(BOX.width - 6, y - 5, label, `text-anchor="end" fill="${colours.muted}"`)}`;
}

/** Keys in rows, by a guess at the width of their text. */
function placeKeys(curves) {
  let [x, row] = [16, 0];
  const items = curves.map((curve) => {
    const width = 44 + curve.name.length * 7.2;
    if (x > 16 && x + width > WIDTH - 16) [x, row] = [16, row + 1];
    const item = { curve, x, row };
    x += width;
    return item;
  });
  return { items, rows: items.length === 0 ? 0 : row + 1 };
}

function keyOf(curve, x, y, colours) {
  const { dash } = lineStyle({ kind: "line", paper: curve.paper }, colours.dash(curve.dash));
  return `<path d="M${x} ${y}h22" stroke="${colours.arm(curve.place)}" stroke-width="2.5" stroke-dasharray="${dash.join(" ")}"/>${text(x + 29, y + 4, curve.name, `fill="${colours.text}"`)}`;
}

const text = (x, y, content, attributes) => `<text x="${x}" y="${y}" ${attributes}>${escape(content)}</text>`;
const round = (value) => Number(value.toFixed(1));
