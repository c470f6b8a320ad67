// A panel that draws series of the feed.

import { curveLines } from "./curve-lines.js";
import { drawnLines } from "./drawn.js";
import { nextFrame } from "./frames.js";
import { LiveSeries, pointsFor } from "./live-series.js";
import { Panel } from "./panel.js";
import { runsFilter } from "./selection.js";

/** From so many lines on, milliseconds between two drawings of what has come. */
const CROWD = 200;
const CROWD_MS = 100;

export class LinePanel {
  #context;
  #redraw = true;
  #timer;
  #drawnAt = -Infinity;

  /**
   * Panel's options and: `query(context)`, the filter without runs (undefined: nothing to ask); `content(series, context)`,
   * by default one mean with a band per curve; `hidden(context)`; `missing`, what to say where nothing was recorded.
   */
  constructor(options, context) {
    const content = (series, now) => ({ lines: curveLines(series, now) });
    this.options = { content, missing: "Not recorded in these runs.", ...options };
    const onZoom = options.linked === false ? options.onZoom : context.zoomTo;
    this.panel = new Panel({ onZoom, ...options }, context);
    this.panel.source = () => context.source();
    this.live = new LiveSeries(context.feed, () => this.#schedule());
    this.node = this.panel.node;
  }

  /** Asks and draws anew: another choice of runs, zoom, smoothing, colours. */
  update(context) {
    this.#context = context;
    this.#redraw = true;
    this.node.hidden = this.options.hidden?.(context) === true;
    const filter = this.node.hidden ? undefined : this.options.query(context);
    const { runs } = context.selection;
    const { zoom = [] } = this.options.linked === false ? {} : context;
    this.live.ask(
      filter && runs.length > 0
        ? {
            ...runsFilter(context.selection),
            layers: "none",
            ...filter,
            points: filter.points ?? pointsFor(this.panel.host.clientWidth),
            ...(zoom.length > 0 && { from: zoom[0], to: zoom[1] }),
          }
        : undefined,
    );
    nextFrame(this.#draw);
  }

  drawn() {
    return drawnLines(this.options.id, this.panel.chart.content);
  }

  destroy() {
    clearTimeout(this.#timer);
    this.live.close();
    this.panel.destroy();
  }

  /** Draws what has come in the next frame; of very many lines, some times a second. */
  #schedule() {
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

  #draw = () => {
    const context = this.#context;
    if (!context) return;
    this.#drawnAt = performance.now();
    const { error, set } = this.live;
    if (error) return this.panel.say("error", `The server could not answer: ${error.message}`);
    const from = this.live.changedFrom();
    const { selection, colours, zoom } = context;
    const series = set.series.filter(
      ({ runId }) => selection.curveOf.has(runId) && !selection.hidden.has(selection.curveOf.get(runId).name),
    );
    if ((!set.complete || !context.layersKnown) && series.length === 0) return this.panel.say("loading");
    const content = this.options.content(series, context);
    this.panel.show(content, {
      ...{ colours, live: selection.live, from: this.#redraw ? undefined : from },
      ...(this.options.linked === false ? {} : { zoom }),
      points: series.reduce((sum, { length }) => sum + length, 0),
      readings: series.reduce((sum, { readings }) => sum + readings, 0),
      why: this.#why(context),
    });
    this.#redraw = false;
  };

  #why({ selection }) {
    if (selection.runs.length === 0) return "No runs chosen.";
    if (selection.visible.length === 0) return "All arms are hidden.";
    if (selection.live && !selection.started) return "Waiting for the first step…";
    return selection.live ? "Waiting for the first reading…" : this.options.missing;
  }
}
