// Draws a chart's content on a canvas: as many strokes as there are styles, not as there are lines.

import { grouped } from "../../view/grouped.ts";
import { LOOK_KINDS } from "../../view/line-style.ts";
import type { Palette } from "../../view/palette.ts";
import type { Content, Line } from "./content.ts";
import { EDGE, isSparse, leftOf, type Mapping, mapping, indexRange, styleOf, type View } from "./mapping.ts";
import { paintCells, paintRule } from "./paint-cells.ts";
import { paintCrosses } from "./paint-crosses.ts";

/** Draws everything from x = `from` on (all of it where that is undefined). The canvas must be clear there. */
export function paint(
  context: CanvasRenderingContext2D,
  content: Content,
  view: View,
  colours: Palette,
  from?: number,
): void {
  new Painter(context, view, colours, from).paint(content);
}

class Painter {
  readonly #context: CanvasRenderingContext2D;
  readonly #view: View;
  readonly #colours: Palette;
  readonly #from: number | undefined;
  readonly #map: Mapping;
  /** Pixels from the left before which nothing is drawn anew. */
  readonly #left: number;

  constructor(context: CanvasRenderingContext2D, view: View, colours: Palette, from: number | undefined) {
    this.#context = context;
    this.#view = view;
    this.#colours = colours;
    this.#from = from;
    this.#map = mapping(view);
    this.#left = from === undefined ? -EDGE : leftOf(view, from);
  }

  paint({ cells, lines = [], rules = [] }: Content): void {
    const context = this.#context;
    if (cells) this.#within(0, () => paintCells(context, cells, this.#map, this.#colours, this.#left));
    for (const group of groupsOf(lines)) this.#group(group);
    context.globalAlpha = 1;
    this.#within(0, () => rules.forEach((rule) => paintRule(context, rule, this.#map, this.#view, this.#colours)));
  }

  /** Draws between the axes and `beyond` pixels further. */
  #within(beyond: number, draw: () => void): void {
    const context = this.#context;
    const { width, height } = this.#view;
    const left = Math.max(-beyond, this.#left);
    context.save();
    context.beginPath();
    context.rect(left, -beyond, width + beyond - left, height + 2 * beyond);
    context.clip();
    draw();
    context.restore();
  }

  #group(lines: readonly Line[]): void {
    const [{ kind }] = lines as readonly [Line];
    const context = this.#context;
    const style = styleOf(lines[0]!, this.#colours);
    context.globalAlpha = style.alpha;
    context.strokeStyle = context.fillStyle = style.colour;
    context.lineWidth = style.width;
    context.setLineDash([...style.dash]);
    context.lineJoin = "round";
    if (kind === "band") return this.#within(0, () => this.#bands(lines));
    if (kind === "cross") return this.#within(EDGE, () => paintCrosses(context, lines, this.#map, this.#view));
    if (kind === "dots") return this.#within(EDGE, () => this.#dots(lines, 4, this.#colours.panel));
    // Dashes go on from the beginning of their line.
    this.#within(1, () => this.#strokes(lines, style.dash.length > 0 ? undefined : this.#from));
    const sparse = lines.filter((line) => kind === "line" && !line.many && isSparse(line, this.#map.toX));
    for (const line of sparse) this.#within(EDGE, () => this.#dots([line], line.length === 1 ? 4 : 2.2));
  }

  #strokes(lines: readonly Line[], from: number | undefined): void {
    const { toX, toY } = this.#map;
    const context = this.#context;
    context.beginPath();
    for (const line of lines) {
      const { x, y } = line;
      if (!y) continue;
      const [first, end] = indexRange(line, this.#view, from);
      let down = false;
      for (let i = first; i < end; i++) {
        const py = toY(y[i]!);
        if (py - py !== 0) {
          down = false;
          continue;
        }
        const px = toX(x[i]!);
        if (down) context.lineTo(px, py);
        else {
          context.moveTo(px, py);
          if (i + 1 >= end || !Number.isFinite(toY(y[i + 1]!))) context.lineTo(px + 1, py);
          down = true;
        }
      }
    }
    context.stroke();
  }

  #bands(lines: readonly Line[]): void {
    const { toX, toY } = this.#map;
    const context = this.#context;
    for (const line of lines) {
      const { x, low, high } = line;
      if (!low || !high) continue;
      const [first, end] = indexRange(line, this.#view, this.#from);
      for (let i = first; i < end; i++) {
        const begin = i;
        while (i < end && Number.isFinite(toY(high[i]!)) && !Number.isNaN(low[i]!)) i++;
        if (i === begin) continue;
        // A range at one step has no width of its own.
        if (i - begin === 1)
          context.fillRect(toX(x[begin]!) - 2, toY(high[begin]!), 4, toY(low[begin]!) - toY(high[begin]!));
        context.beginPath();
        for (let k = begin; k < i; k++) context.lineTo(toX(x[k]!), toY(high[k]!));
        for (let k = i - 1; k >= begin; k--) context.lineTo(toX(x[k]!), Math.min(toY(low[k]!), this.#view.height + 10));
        context.fill();
      }
    }
  }

  #dots(lines: readonly Line[], radius: number, ring?: string): void {
    const { toX, toY } = this.#map;
    const context = this.#context;
    context.setLineDash([]);
    for (const line of lines) {
      const { x, y } = line;
      if (!y) continue;
      const [first, end] = indexRange(line, this.#view, this.#from);
      for (let i = first; i < end; i++) {
        const [px, py] = [toX(x[i]!), toY(y[i]!)];
        if (!Number.isFinite(py) || px < -0.5 || px > this.#view.width + 0.5) continue;
        context.beginPath();
        context.arc(px, py, radius, 0, 2 * Math.PI);
        context.fill();
        if (ring === undefined) continue;
        const { strokeStyle, lineWidth } = context;
        Object.assign(context, { strokeStyle: ring, lineWidth: 1.5 });
        context.stroke();
        Object.assign(context, { strokeStyle, lineWidth });
      }
    }
  }
}

/** Groups lines that are drawn alike, of one kind and curve or of one colour of their own, from back to front. */
function groupsOf(lines: readonly Line[]): Line[][] {
  return LOOK_KINDS.flatMap((kind) => {
    const some = lines.filter((line) => line.kind === kind);
    return [...grouped(some, (line) => line.colour ?? line.curve).values()];
  });
}
