// A panel that draws series of the feed.

import type { Filter, Series, SeriesRequest } from "../../feed/client/index.ts";
import { formatWhole } from "../../view/numbers.ts";
import type { Content } from "./content.ts";
import type { Context, Part } from "./context.ts";
import { curveLines } from "./curve-lines.ts";
import { type DrawnItem, drawnLines } from "./drawn.ts";
import { nextFrame } from "./frames.ts";
import type { Need } from "./needs.ts";
import { LiveSeries, pointsFor } from "./live-series.ts";
import type { Ends } from "../../view/scale.ts";
import { Panel, type PanelOptions } from "./panel.ts";
import { isShown, runsFilter } from "./selection.ts";

/** From so many lines on, milliseconds between two drawings of what has come. */
const CROWD = 200;
const CROWD_MS = 100;

export interface LinePanelOptions extends PanelOptions {
  /** The filter without runs; undefined: nothing to ask. */
  readonly query: (context: Context) => (Filter & Pick<SeriesRequest, "points">) | undefined;
  /** By default one mean with a band per curve. */
  readonly content?: (series: readonly Series[], context: Context) => Content;
  readonly hidden?: (context: Context) => boolean;
  /** Where the steps of a zoom lie on the x axis. Default: it counts steps. */
  readonly toX?: (steps: Ends) => Ends;
  /** Why readings that are there cannot be drawn. Default: they can. */
  readonly unable?: (context: Context) => string | undefined;
  /** What runs must record to fill it. Default: nothing is said of it. */
  readonly needs?: Need | ((context: Context) => Need);
  /** What to say where nothing was recorded. */
  readonly missing?: string;
}

export class LinePanel implements Part {
  readonly panel: Panel;
  readonly live: LiveSeries;
  readonly node: HTMLElement;
  readonly #options: LinePanelOptions;
  #context: Context | undefined;
  #redraw = true;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #drawnAt = -Infinity;

  constructor(options: LinePanelOptions, context: Context) {
    this.#options = options;
    const onZoom = options.linked === false ? options.onZoom : context.zoomTo;
    this.panel = new Panel({ onZoom, ...options }, context);
    this.live = new LiveSeries(context.feed, () => this.#schedule());
    this.node = this.panel.node;
  }

  /** Asks and draws anew: another choice of runs, zoom, smoothing, colours. */
  update(context: Context): void {
    this.#context = context;
    this.#redraw = true;
    this.node.hidden = this.#options.hidden?.(context) === true;
    const filter = this.node.hidden ? undefined : this.#options.query(context);
    const zoom = this.#options.linked === false ? undefined : context.zoom;
    this.live.ask(
      filter && context.selection.runs.length > 0
        ? {
            ...runsFilter(context.selection),
            layers: "none",
            ...filter,
            points: filter.points ?? pointsFor(this.panel.host.clientWidth),
            ...(zoom && { from: zoom[0], to: zoom[1] }),
          }
        : undefined,
    );
    nextFrame(this.#draw);
  }

  get title(): string {
    return this.#options.title;
  }

  needs(context: Context): Need | undefined {
    const { needs } = this.#options;
    return typeof needs === "function" ? needs(context) : needs;
  }

  drawn(): DrawnItem[] {
    return drawnLines(this.#options.id, this.panel.chart.content);
  }

  destroy(): void {
    clearTimeout(this.#timer);
    this.live.close();
    this.panel.destroy();
  }

  /** Draws what has come in the next frame; of very many lines, some times a second. */
  #schedule(): void {
    if (this.live.set.series.length < CROWD) return nextFrame(this.#draw);
    const wait = CROWD_MS - (performance.now() - this.#drawnAt);
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined;
        nextFrame(this.#draw);
      },
      Math.max(0, wait),
    );
  }

  readonly #draw = (): void => {
    const context = this.#context;
    if (!context) return;
    this.#drawnAt = performance.now();
    const { error, set } = this.live;
    if (error) return this.panel.say("error", `The server could not answer: ${error.message}`);
    const from = this.live.changedFrom();
    const { selection, colours } = context;
    const { linked, toX = (steps) => steps, unable } = this.#options;
    const zoom = linked === false ? undefined : context.zoom;
    const series = set.series.filter(({ runId }) => isShown(selection, runId));
    if ((!set.complete || !context.layersKnown) && series.length === 0) return this.panel.say("loading");
    const content = this.#options.content?.(series, context) ?? { lines: curveLines(series, context) };
    this.panel.show(content, {
      colours,
      grows: selection.underWay,
      from: this.#redraw ? undefined : from,
      zoom: zoom && toX(zoom),
      points: series.reduce((sum, { length }) => sum + length, 0),
      readings: series.reduce((sum, { readings }) => sum + readings, 0),
      why: (series.length > 0 && content.lines?.length === 0 ? unable?.(context) : undefined) ?? this.#why(context),
    });
    this.#redraw = false;
  };

  #why({ selection, zoom }: Context): string {
    if (selection.runs.length === 0) return "No runs chosen.";
    if (selection.visible.length === 0) return "All arms are hidden.";
    if (zoom && this.#options.linked !== false)
      return `No readings between steps ${formatWhole(zoom[0])} and ${formatWhole(zoom[1])}.`;
    if (selection.underWay && !selection.started) return "Waiting for the first step…";
    if (selection.underWay) return "Waiting for the first reading…";
    return this.#options.missing ?? "Not recorded in these runs.";
  }
}
