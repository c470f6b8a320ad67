// One chart: uPlot gives axes, cursor and selection; the content is drawn on a canvas of its own, from the typed arrays
// of the feed, at most once a frame, and only from where it has changed.

import uPlot from "uplot";
import type { Palette } from "../../view/palette.ts";
import { type Ends, stepDomain, valueDomain } from "../../view/scale.ts";
import { beyondOf } from "../../view/strays.ts";
import { keyed } from "./chart-keys.ts";
import type { ChartOptions, ChartState } from "./chart-options.ts";
import { plotOptions } from "./chart-plot.ts";
import { chartTicks, type Ticks } from "./chart-ticks.ts";
import type { Content } from "./content.ts";
import { element } from "./element.ts";
import { extentOf, extentOfMost, spanOf } from "./extent.ts";
import { nextFrame } from "./frames.ts";
import { EDGE, leftOf, pixelOf, valueAtPixel, type View } from "./mapping.ts";
import { paint } from "./paint.ts";

/** uPlot holds no data: the content is ours. */
const NOTHING: uPlot.AlignedData = [[0], [null]];
/** Charts of one page whose x axes are the same: the cursor of one is the cursor of all. */
const links = new Set<Chart>();

export class Chart {
  readonly host: HTMLElement;
  readonly options: ChartOptions;
  readonly canvas = element("canvas", { class: "content", "aria-hidden": "true" });
  readonly context = this.canvas.getContext("2d")!;
  /** How often it was drawn in full, and in part. */
  readonly drawings = { whole: 0, part: 0 };
  content: Content = {};
  colours: Palette;
  view: View | undefined;
  /** Where the cursor stands. */
  x: number | undefined;
  readonly #plot: uPlot;
  readonly #observer: ResizeObserver;
  readonly #linked: boolean;
  #asked: ChartState = {};
  #extent: Ends | undefined;
  #hovered = false;

  constructor(host: HTMLElement, options: ChartOptions) {
    this.host = host;
    this.options = options;
    this.colours = options.colours;
    this.#linked = options.linked !== false;
    const moved = (): void => nextFrame(this.#cursorMoved);
    this.#plot = new uPlot({ ...plotOptions(this, moved), ...this.#size() }, NOTHING, host);
    this.#plot.over.prepend(this.canvas);
    if (this.#linked) links.add(this);
    host.addEventListener("keydown", (event) => this.#key(event));
    this.#observer = new ResizeObserver(() => nextFrame(this.#resize));
    this.#observer.observe(host);
  }

  show(content: Content, { zoom, grows = false, log = false, from, colours = this.colours }: ChartState = {}): void {
    const before = this.view;
    const recoloured = colours !== this.colours;
    this.content = content;
    this.colours = colours;
    const { logX = false, padX: room, range } = this.options;
    const x = zoom ?? content.axes?.x?.domain ?? stepDomain(spanOf(content), { log: logX, room, grows });
    const grown = from !== undefined && before?.log === log && before.x[0] === x[0] && !content.cells;
    this.#extent = range ?? extentOf(content, grown ? [from, x[1]] : x, log, grown ? this.#extent : undefined);
    const shown = range || log ? this.#extent : extentOfMost(content, x, this.#extent);
    const y = range ?? content.axes?.y?.domain ?? valueDomain(shown, log);
    this.view = { x, y, log, logX, ...this.#room() };
    this.#asked = { zoom, grows, log };
    const moved = recoloured || JSON.stringify(before) !== JSON.stringify(this.view);
    if (moved) {
      this.#plot.batch(() => this.#plot.redraw(false, true));
      this.view = { ...this.view, ...this.#room() };
      if (this.x !== undefined && !this.#hovered) this.point(this.x);
    }
    this.#draw(this.view, moved ? undefined : from);
  }

  /** Returns what lies beyond the axis of values. */
  get beyond(): { readonly least?: number; readonly largest?: number } {
    return this.view && this.options.range === undefined ? beyondOf(this.#extent, this.view.y) : {};
  }

  /** Returns the pixels between the axes, which their labels leave. */
  #room(): Pick<View, "width" | "height"> {
    const { width, height } = this.#plot.bbox;
    return { width: width / window.devicePixelRatio, height: height / window.devicePixelRatio };
  }

  /** Decides where and how an axis of so many pixels is labelled. */
  ticks(side: "x" | "y", pixels: number): Ticks {
    return chartTicks(side, pixels, this.view, this.content, this.options);
  }

  /** Puts the cursor at x, or takes it away. */
  point(x: number | undefined): void {
    const left = x === undefined ? -10 : pixelOf(this.view, x);
    this.#plot.setCursor({ left, top: x === undefined ? -10 : 0 }, false);
    this.#tell(x);
  }

  destroy(): void {
    links.delete(this);
    this.#observer.disconnect();
    this.#plot.destroy();
  }

  #draw(view: View, from: number | undefined): void {
    const { width, height } = view;
    const ratio = window.devicePixelRatio;
    const [w, h] = [width, height].map((size) => Math.round((size + 2 * EDGE) * ratio)) as [number, number];
    const whole = from === undefined || this.canvas.width !== w || this.canvas.height !== h;
    if (whole) Object.assign(this.canvas, { width: w, height: h });
    if (width === 0 || height === 0) return;
    this.context.setTransform(ratio, 0, 0, ratio, EDGE * ratio, EDGE * ratio);
    if (!whole) {
      const left = leftOf(view, from);
      if (left > width) return;
      this.context.clearRect(left, -EDGE, width + EDGE - left, height + 2 * EDGE);
    }
    paint(this.context, this.content, view, this.colours, whole ? undefined : from);
    this.drawings[whole ? "whole" : "part"]++;
  }

  readonly #resize = (): void => {
    const { width, height } = this.#size();
    if (width === this.#plot.width && height === this.#plot.height) return;
    this.#plot.setSize({ width, height });
    if (this.view) this.show(this.content, this.#asked);
  };

  #size(): { width: number; height: number } {
    const width = Math.max(160, this.host.clientWidth);
    return { width, height: this.options.height ?? (width < 480 ? 230 : 280) };
  }

  readonly #cursorMoved = (): void => {
    const { left = -1 } = this.#plot.cursor;
    const inside = this.#plot.over.matches(":hover") && left >= 0;
    if (inside) this.#share(valueAtPixel(this.view, left));
    else if (this.#hovered) this.#share(undefined);
    this.#hovered = inside;
  };

  #share(x: number | undefined): void {
    this.#tell(x);
    if (!this.#linked) return;
    for (const other of links) if (other !== this && other.view) other.point(x);
  }

  #tell(x: number | undefined): void {
    this.x = x;
    this.options.onCursor?.(x);
  }

  #key(event: KeyboardEvent): void {
    if (!this.view || event.ctrlKey || event.metaKey || event.altKey || event.target !== this.host) return;
    const answer = keyed(event.key, this.view.x, this.x);
    if (answer === undefined) return;
    if ("point" in answer) {
      this.point(answer.point);
      this.#share(answer.point);
    } else this.options.onZoom?.(...answer.zoom);
    event.preventDefault();
  }
}
