// Draws a chart's content on a canvas: as many strokes as there are styles, not as there are lines.

import { KINDS, lineStyle } from "/view/line-style.js";
import { indexAt } from "/view/points.js";

/** How a line is drawn: in a colour of its own, or in that of its arm. */
export function styleOf(line, colours) {
  const { curve, colour = colours.arm(curve.place) } = line;
  return { colour, ...lineStyle(line, colours.dash(curve.dash)) };
}

/** The mapping from values to pixels of a view `{ x: [a, b], y: [a, b], log, logX, width, height }`. */
export function mapping({ x: [x0, x1], y: [y0, y1], log, logX, width, height }) {
  const [lx, ly] = [logX ? Math.log10 : same, log ? Math.log10 : same];
  const kx = width / (lx(x1) - lx(x0));
  const ky = height / (ly(y1) - ly(y0));
  const [cx, cy] = [lx(x0), ly(y0)];
  return { toX: (value) => (lx(value) - cx) * kx, toY: (value) => height - (ly(value) - cy) * ky };
}

const same = (value) => value;

/** The pixel from which on drawing from x = `from` on draws anew: joints of lines reach a little back. */
export const leftOf = (view, from) => Math.floor(mapping(view).toX(from)) - 2;

/** Draws everything from x = `from` on (all of it where that is undefined). The canvas must be clear there. */
export function paint(context, content, view, colours, from) {
  const { toX, toY } = mapping(view);
  context.save();
  context.beginPath();
  const left = from === undefined ? 0 : leftOf(view, from);
  context.rect(left, 0, view.width - left, view.height);
  context.clip();
  if (content.cells) paintCells(context, content.cells, toX, toY, colours, left);
  for (const { kind, lines } of groupsOf(content.lines ?? [])) {
    const style = styleOf(lines[0], colours);
    context.globalAlpha = style.alpha;
    context.strokeStyle = context.fillStyle = style.colour;
    context.lineWidth = style.width;
    context.setLineDash(style.dash);
    context.lineJoin = "round";
    if (kind === "band") fillBands(context, lines, toX, toY, view, from);
    else if (kind === "dots") fillDots(context, lines, toX, toY, view, from, 4, colours.panel);
    else {
      // Dashes go on from the beginning of their line.
      strokeLines(context, lines, toX, toY, view, style.dash.length > 0 ? undefined : from);
      const few = lines.filter((line) => !line.many && isSparse(line, toX));
      if (kind === "line") fillDots(context, few, toX, toY, view, from, 2.2);
    }
  }
  context.globalAlpha = 1;
  for (const rule of content.rules ?? []) paintRule(context, rule, toY, view, colours);
  context.restore();
}

/** Lines of one kind and curve, or of one colour of their own, are drawn alike; from back to front. */
function groupsOf(lines) {
  const groups = new Map(KINDS.map((kind) => [kind, new Map()]));
  for (const line of lines) {
    const known = groups.get(line.kind);
    const alike = line.colour ?? line.curve;
    const group = known.get(alike);
    if (group) group.push(line);
    else known.set(alike, [line]);
  }
  return KINDS.flatMap((kind) => [...groups.get(kind).values()].map((lines) => ({ kind, lines })));
}

/** Readings that stand well apart get a dot each. */
export const isSparse = ({ x, length }, toX) =>
  length === 1 || (length < 60 && (toX(x[length - 1]) - toX(x[0])) / (length - 1) > 14);

/** Index range of a line that a view needs, a point further on either side and some pixels before `from`. */
export function shown(line, { x: [x0, x1], width }, from) {
  const early = from === undefined ? x0 : Math.max(x0, from - (5 * (x1 - x0)) / width);
  const first = Math.max(0, indexAt(line, early) - 1);
  return [first, Math.min(line.length, indexAt(line, x1) + 1)];
}

function strokeLines(context, lines, toX, toY, view, from) {
  context.beginPath();
  for (const line of lines) {
    const { x, y } = line;
    const [first, end] = shown(line, view, from);
    let down = false;
    for (let i = first; i < end; i++) {
      const py = toY(y[i]);
      if (py - py !== 0) {
        down = false;
        continue;
      }
      const px = toX(x[i]);
      if (down) context.lineTo(px, py);
      else {
        context.moveTo(px, py);
        if (i + 1 >= end || !Number.isFinite(toY(y[i + 1]))) context.lineTo(px + 1, py);
        down = true;
      }
    }
  }
  context.stroke();
}

function fillBands(context, lines, toX, toY, view, from) {
  for (const line of lines) {
    const { x, low, high } = line;
    const [first, end] = shown(line, view, from);
    for (let i = first; i < end; i++) {
      const begin = i;
      while (i < end && Number.isFinite(toY(high[i])) && low[i] === low[i]) i++;
      if (i - begin < 2) continue;
      context.beginPath();
      for (let k = begin; k < i; k++) context.lineTo(toX(x[k]), toY(high[k]));
      for (let k = i - 1; k >= begin; k--) context.lineTo(toX(x[k]), Math.min(toY(low[k]), view.height + 10));
      context.fill();
    }
  }
}

function fillDots(context, lines, toX, toY, view, from, radius, ring) {
  context.setLineDash([]);
  for (const line of lines) {
    const [first, end] = shown(line, view, from);
    for (let i = first; i < end; i++) {
      const py = toY(line.y[i]);
      if (!Number.isFinite(py)) continue;
      context.beginPath();
      context.arc(toX(line.x[i]), py, radius, 0, 2 * Math.PI);
      context.fill();
      if (!ring) continue;
      const { strokeStyle, lineWidth } = context;
      Object.assign(context, { strokeStyle: ring, lineWidth: 1.5 });
      context.stroke();
      Object.assign(context, { strokeStyle, lineWidth });
    }
  }
}

/** Whole pixels, so that neighbours leave no seam. */
function paintCells(context, cells, toX, toY, colours, left) {
  const shades = Array.from({ length: 33 }, (_, i) => colours.ramp(i / 32, cells.place));
  for (let i = 0; i < cells.length; i++) {
    const x0 = Math.round(toX(cells.x0[i]));
    const x1 = Math.round(toX(cells.x1[i]));
    if (x1 < left) continue;
    const y0 = Math.round(toY(cells.y1[i]));
    const y1 = Math.round(toY(cells.y0[i]));
    context.fillStyle = shades[Math.round(32 * cells.share[i])] ?? shades[0];
    context.fillRect(x0, y0, Math.max(1, x1 - x0), Math.max(1, y1 - y0));
  }
}

function paintRule(context, { value, label }, toY, { width, height }, colours) {
  const y = toY(value);
  if (!(y >= 0 && y <= height)) return;
  context.strokeStyle = context.fillStyle = colours.muted;
  context.lineWidth = 1;
  context.setLineDash([6, 4]);
  context.beginPath();
  context.moveTo(0, Math.round(y) + 0.5);
  context.lineTo(width, Math.round(y) + 0.5);
  context.stroke();
  context.font = "12px system-ui, sans-serif";
  context.textAlign = "right";
  context.fillText(label, width - 6, y < 18 ? y + 14 : y - 5);
}
