// One chart: uPlot gives axes, cursor and selection; the content is drawn on a canvas of its own, from the typed arrays
// of the feed, at most once a frame, and only from where it has changed.

import uPlot from "/vendor/uplot.js";
import { element } from "./element.js";
import { extentOf, spanOf } from "./extent.js";
import { nextFrame } from "./frames.js";
import { leftOf, paint } from "./paint.js";
import { stepDomain, valueDomain } from "/view/scale.js";
import { widthOf } from "/view/text.js";
import { tickCount, tickLabels, ticks } from "/view/ticks.js";

const FONT = "12px system-ui, sans-serif";
/** uPlot holds no data: the content is ours. */
const NOTHING = [[0], [null]];
/** Charts of one page whose x axes are the same: the cursor of one is the cursor of all. */
const links = new Set();

export class Chart {
  content = { lines: [] };
  #hovered = false;

  /**
   * `options`: `colours`, `xLabel`, `formatTick` (of y), `range` (fixed y), `logX`, `padX`, `linked`, `height`, `tickSpace` (pixels),
   * `onZoom(from, to)` (undefined: all of it), `onCursor(x | undefined)`.
   */
  constructor(host, options) {
    this.host = host;
    this.options = { xLabel: "step", linked: true, ...options };
    this.colours = options.colours;
    this.plot = new uPlot(this.#plotOptions(), NOTHING, host);
    this.canvas = element("canvas", { class: "content", "aria-hidden": "true" });
    this.plot.over.prepend(this.canvas);
    this.context = this.canvas.getContext("2d");
    if (this.options.linked) links.add(this);
    host.addEventListener("keydown", (event) => this.#key(event));
    this.observer = new ResizeObserver(() => nextFrame(this.#resize));
    this.observer.observe(host);
  }

  /**
   * Shows content: `lines`, `cells`, `rules`, `axes` (`{ x, y }`, each with `domain` and `ticks` that are to be used). `zoom` is
   * [from, to] or undefined, `live` lets the x axis end at a round number; `from`, if all before that x is as it was.
   */
  show(content, { zoom, live = false, log = false, from, colours = this.colours } = {}) {
    const before = this.view;
    const recoloured = colours !== this.colours;
    Object.assign(this, { content, colours });
    const { axes } = content;
    const x = zoom ?? axes?.x?.domain ?? this.#allOf(content, live);
    const grown = from !== undefined && before?.log === log && before.x[0] === x[0] && !content.cells;
    this.extent =
      this.options.range ?? extentOf(content, grown ? [from, x[1]] : x, log, grown ? this.extent : undefined);
    const y = this.options.range ?? axes?.y?.domain ?? valueDomain(this.extent, log);
    const [width, height] = ["width", "height"].map((side) => this.plot.bbox[side] / window.devicePixelRatio);
    this.view = { x, y, log, logX: this.options.logX === true, width, height };
    this.asked = { zoom, live, log };
    const moved = recoloured || JSON.stringify(before) !== JSON.stringify(this.view);
    if (moved) {
      // uPlot takes a scale anew only when its ends change; a change to a logarithmic one may keep them.
      this.plot.scales.y.min = null;
      this.plot.batch(() => {
        this.plot.setScale("x", { min: x[0], max: x[1] });
        this.plot.setScale("y", { min: y[0], max: y[1] });
      });
      if (this.x !== undefined && !this.#hovered) this.point(this.x);
    }
    this.#draw(moved ? undefined : from);
  }

  /** Puts the cursor at x, or takes it away. */
  point(x) {
    const left = x === undefined ? -10 : this.plot.valToPos(x, "x");
    this.plot.setCursor({ left, top: x === undefined ? -10 : 0 }, false);
    this.#tell(x);
  }

  destroy() {
    links.delete(this);
    this.observer.disconnect();
    this.plot.destroy();
  }

  #allOf(content, live) {
    const { logX: log, padX: room } = this.options;
    return stepDomain(spanOf(content), { log, room, live });
  }

  /** Where an axis of so many pixels is labelled, and how. */
  ticks(side, pixels) {
    const { tickSpace, formatTick } = this.options;
    const { x, y, logX, log } = this.view ?? { x: [0, 1], y: [0, 1] };
    const logged = side === "x" ? logX : log;
    const room = tickCount(pixels, side, side === "y" ? tickSpace : undefined);
    const values = this.content.axes?.[side]?.ticks ?? ticks(side === "x" ? x : y, room, logged);
    const labels = side === "y" && formatTick ? values.map((value) => formatTick(value)) : tickLabels(values, logged);
    return { values, labels };
  }

  #draw(from) {
    const { width, height } = this.view;
    const ratio = window.devicePixelRatio;
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
    const whole = from === undefined || this.canvas.width !== w || this.canvas.height !== h;
    if (whole) Object.assign(this.canvas, { width: w, height: h });
    if (w === 0 || h === 0) return;
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
    if (!whole) {
      const left = leftOf(this.view, from);
      if (left > width) return;
      this.context.clearRect(left, 0, width - left, height);
    }
    paint(this.context, this.content, this.view, this.colours, whole ? undefined : from);
    this.drawings = { whole: (this.drawings?.whole ?? 0) + whole, part: (this.drawings?.part ?? 0) + !whole };
  }

  #resize = () => {
    const { width, height } = this.#size();
    if (width === this.plot.width && height === this.plot.height) return;
    this.plot.setSize({ width, height });
    if (this.view) this.show(this.content, this.asked);
  };

  #size() {
    const width = Math.max(160, this.host.clientWidth);
    return { width, height: this.options.height ?? (width < 480 ? 230 : 280) };
  }

  #plotOptions() {
    const { colours, xLabel, logX } = this.options;
    const axis = { font: FONT, labelFont: FONT, ticks: { show: false }, gap: 6, filter: (_, splits) => splits };
    const isLog = { x: () => logX === true, y: () => this.view?.log === true };
    const scale = (log) => ({
      ...{ time: false, auto: false, distr: 100, min: log() ? 0.1 : 0, max: 1 },
      fwd: (value) => (log() ? Math.log10(value) : value),
      bwd: (value) => (log() ? 10 ** value : value),
    });
    const pixels = (plot, side) => plot.bbox[side] / window.devicePixelRatio;
    const left = (_, labels) => Math.max(56, ...(labels ?? []).map((label) => widthOf(label, 12) + 16));
    const ink = (name) => () => this.colours[name];
    return {
      ...this.#size(),
      padding: [10, 14, 0, 0],
      legend: { show: false },
      cursor: {
        y: false,
        points: { show: false },
        drag: { x: this.options.onZoom !== undefined, y: false, setScale: false },
        bind: { dblclick: () => () => this.options.onZoom?.() },
      },
      scales: { x: scale(isLog.x), y: scale(isLog.y) },
      axes: [
        {
          ...axis,
          ...{ stroke: ink("muted"), grid: { stroke: ink("grid"), width: 1 }, size: 28, label: xLabel, labelSize: 18 },
          labelGap: 0,
          splits: (plot) => this.ticks("x", pixels(plot, "width")).values,
          values: (plot) => this.ticks("x", pixels(plot, "width")).labels,
        },
        {
          ...axis,
          ...{ stroke: ink("muted"), grid: { stroke: ink("grid"), width: 1 }, size: left },
          splits: (plot) => this.ticks("y", pixels(plot, "height")).values,
          values: (plot) => this.ticks("y", pixels(plot, "height")).labels,
        },
      ],
      series: [{}, { show: true, paths: () => null, points: { show: false }, stroke: colours.muted }],
      hooks: {
        setCursor: [() => nextFrame(this.#cursorMoved)],
        setSelect: [(plot) => this.#selected(plot)],
      },
    };
  }

  #cursorMoved = () => {
    const { left } = this.plot.cursor;
    const inside = this.plot.over.matches(":hover") && left >= 0;
    if (inside) this.#share(this.plot.posToVal(left, "x"));
    else if (this.#hovered) this.#share(undefined);
    this.#hovered = inside;
  };

  #share(x) {
    this.#tell(x);
    if (!this.options.linked) return;
    for (const other of links) if (other !== this && other.view) other.point(x);
  }

  #tell(x) {
    this.x = x;
    this.options.onCursor?.(x);
  }

  #selected(plot) {
    const { left, width } = plot.select;
    if (width < 4) return;
    const [from, to] = [plot.posToVal(left, "x"), plot.posToVal(left + width, "x")];
    plot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
    this.options.onZoom?.(from, to);
  }

  /** Arrows move the cursor, + and - zoom, Escape shows all of it again. */
  #key(event) {
    if (!this.view || event.ctrlKey || event.metaKey || event.altKey || event.target !== this.host) return;
    const [low, high] = this.view.x;
    const moves = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 };
    const here = this.x ?? high;
    const at = {
      ...Object.fromEntries(Object.entries(moves).map(([key, by]) => [key, here + (by * (high - low)) / 50])),
      ...{ Home: low, End: high },
    }[event.key];
    if (at !== undefined) {
      const x = Math.min(high, Math.max(low, at));
      this.point(x);
      this.#share(x);
    } else if (event.key === "+" || event.key === "=") {
      this.options.onZoom?.(Math.max(low, here - (high - low) / 4), Math.min(high, here + (high - low) / 4));
    } else if (event.key === "-") this.options.onZoom?.(low - (high - low) / 2, high + (high - low) / 2);
    else if (event.key === "Escape") this.options.onZoom?.();
    else return;
    event.preventDefault();
  }
}
