// Puts a page together: feed, URL, runs and theme go into one context; parts are updated when it changes.

import { connect } from "/client.js";
import { Frame } from "./frame.js";
import { nextFrame } from "./frames.js";
import { palette, variables } from "/view/palette.js";
import { runsFilter, select } from "./selection.js";
import { Toolbar } from "./toolbar.js";
import { counted } from "/view/numbers.js";
import { urlState } from "./url-state.js";

const PROGRESS_MS = 200;

/**
 * Starts a page: `title`, `question` (what it answers), `controls` of its toolbar, `smooth` (steps, by default none),
 * `layersOf` (filter of the series whose layers can be chosen; `histograms`: of these too), `wholeNetwork` (a choice
 * besides the layers, and the default), and `build(context)`, which gives parts: `node`, `tool` (goes to the toolbar),
 * `update(context)` when something is to be shown otherwise, `progress(context)` when runs have only gone on, `drawn()`.
 */
export function startPage({ title, question, controls, smooth = 0, layersOf, wholeNetwork = false, build }) {
  const feed = connect();
  const frame = new Frame({ title, question, feed });
  const toolbar = new Toolbar({ controls, defaults: { smooth } });
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const context = { feed, state: urlState, runs: [], connection: { state: "connecting" }, layers: [], wholeNetwork };
  context.layersKnown = layersOf === undefined;
  let parts;
  let layersKey;
  let layerSubscriptions = [];

  context.zoomTo = (from, to) => {
    const whole = (value) => Math.max(0, Math.round(value));
    if (from === undefined) return urlState.set({ from: undefined, to: undefined });
    if (whole(to) > whole(from)) urlState.set({ from: whole(from), to: whole(to) });
  };
  context.source = () => {
    const { runs, experiment } = context.selection;
    const seeds = [...new Set(runs.map(({ seed }) => seed))].sort((a, b) => a - b);
    return `gradstream: ${experiment}, ${counted(runs.length, "run")}, seed ${seeds.slice(0, 8).join(", ")}; ${[...new Set(runs.map(({ dataset }) => dataset))].join(", ")}`;
  };

  const refresh = () => {
    const changed = read(context, smooth, dark);
    frame.update(context);
    if (context.selection.runs.length === 0 && !parts && controls.length > 0) return;
    const built = !parts;
    if (built) {
      parts = build(context);
      const grid = document.createElement("div");
      grid.className = "grid";
      grid.append(...parts.flatMap(({ node }) => node ?? []));
      toolbar.node.append(...parts.flatMap(({ tool }) => tool ?? []));
      frame.main.append(...(controls.length > 0 ? [toolbar.node] : []), grid);
    }
    if (!changed && !built) return parts.forEach((part) => part.progress?.(context));
    findLayers();
    toolbar.update(context);
    for (const part of parts) part.update(context);
  };
  const schedule = () => nextFrame(refresh);

  /** Which layers there are: those of some series, and of the histograms of one run. Asked for once per choice of runs. */
  function findLayers() {
    const runs = context.selection.runs.map(({ runId }) => runId);
    const key = JSON.stringify(runs);
    if (layersOf === undefined || key === layersKey || runs.length === 0) return;
    layersKey = key;
    context.layersKnown = false;
    for (const one of layerSubscriptions) one.unsubscribe();
    const found = new Set();
    const add = (layers) => {
      const before = found.size;
      for (const layer of layers) if (layer !== null) found.add(layer);
      if (found.size === before) return;
      context.layers = [...found].sort((a, b) => a - b);
      schedule();
    };
    const { histograms, ...filter } = layersOf;
    const series = feed.series({ ...filter, ...runsFilter(context.selection), layers: "any", units: "any", points: 2 });
    const see = (set) => {
      add(set.series.map(({ layer }) => layer));
      if (!set.complete || context.layersKnown) return;
      context.layersKnown = true;
      schedule();
    };
    layerSubscriptions = [series.subscribe(see)];
    if (histograms) {
      const records = feed.histograms({ runs: runs.slice(0, 1) });
      layerSubscriptions.push(records.subscribe(({ layer }) => add([layer])));
    }
  }

  feed.connection.subscribe((connection) => {
    context.connection = connection;
    schedule();
  });
  // How far runs have come is worth some looks a second, not one a frame.
  let waiting;
  let seenAt = -Infinity;
  feed.runs.subscribe((runs) => {
    context.runs = runs;
    waiting ??= setTimeout(
      () => {
        [waiting, seenAt] = [undefined, performance.now()];
        schedule();
      },
      Math.max(0, PROGRESS_MS - (performance.now() - seenAt)),
    );
  });
  feed.skipped.subscribe((count) => frame.skipped(count));
  urlState.subscribe(schedule);
  dark.addEventListener("change", schedule);

  window.gradstream = {
    state: () => ({ ...document.body.dataset }),
    series: () => (parts ?? []).flatMap((part) => part.drawn?.() ?? []),
    context,
    parts: () => parts ?? [],
  };
}

/** Reads from the URL what is shown. Gives whether anything but the progress of the runs is another than before. */
function read(context, smooth, dark) {
  const { state } = context;
  const theme = state.get("theme") ?? (dark.matches ? "dark" : "light");
  const root = document.documentElement;
  if (root.dataset.theme !== theme) {
    root.dataset.theme = theme;
    context.colours = palette(theme);
    for (const [name, colour] of Object.entries(variables(theme))) root.style.setProperty(name, colour);
  }
  const selection = select(context.runs, state);
  const { runs, experiments, live, started, mine } = selection;
  const states = runs.map(({ runId, status }) => [runId, status]);
  const { connection, layers, layersKnown } = context;
  const looks = [
    location.search,
    theme,
    states,
    live,
    started,
    experiments,
    mine.length,
    context.runs.length,
    layers,
    layersKnown,
  ];
  const key = JSON.stringify([...looks, connection.state, connection.epoch]);
  if (key === context.key) {
    // The same curves as before, so that what is drawn stays comparable.
    const { curves, curveOf } = context.selection;
    context.selection = { ...selection, curves, curveOf };
    return false;
  }
  const [from, to] = [state.number("from"), state.number("to")];
  const wanted = state.number("layer");
  Object.assign(context, {
    key,
    selection,
    zoom: from !== undefined && to > from ? [from, to] : undefined,
    seeds: state.get("seeds") === "single" ? "single" : "band",
    span: Math.max(0, state.number("smooth", smooth)),
    layer: layers.includes(wanted) ? wanted : context.wholeNetwork ? "all" : layers.at(-1),
  });
  return true;
}
