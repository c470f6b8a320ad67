// Puts a page together: feed, URL, runs and theme go into one context; parts are updated when it changes.

import { connect, type Feed, type Filter, type RunState } from "../../feed/client/index.ts";
import type { ArmPlaces } from "../../view/arms.ts";
import { AbsentParts } from "./absent-parts.ts";
import { palette } from "../../view/palette.ts";
import { colouredPage } from "./coloured-page.ts";
import type { Context, Part } from "./context.ts";
import { element } from "./element.ts";
import { firstContext, type MutableContext } from "./first-context.ts";
import { Frame } from "./frame.ts";
import { forgetGone } from "./forget-gone.ts";
import { nextFrame, reporting } from "./frames.ts";
import { hiddenRuns } from "./hidden-runs.ts";
import { KnownLayers } from "./known-layers.ts";
import { declaredOf } from "./needs.ts";
import { knownArms } from "./paper-catalogue.ts";
import { paced } from "./paced.ts";
import { select } from "./selection.ts";
import { sourceOf } from "./source-of.ts";
import { type Control, Toolbar } from "./toolbar.ts";
import { urlState } from "./url-state.ts";
import { expose } from "./window.ts";

const PROGRESS_MS = 200;
/** In the background, too, title and notifications tell how runs stand. */
const BACKGROUND_MS = 1000;

interface PageOptions {
  readonly title: string;
  /** What it answers. */
  readonly question: string;
  /** Of its toolbar. */
  readonly controls: readonly Control[];
  /** Steps of the running mean, by default none. */
  readonly smooth?: number;
  /** The series whose layers can be chosen; `histograms`: those of these too. */
  readonly layersOf?: Filter & { readonly histograms?: boolean };
  /** Whether the whole network can be chosen besides the layers, and is by default. */
  readonly wholeNetwork?: boolean;
  readonly build: (context: Context) => readonly Part[];
}

/** Starts a page. */
export function startPage(options: PageOptions): void {
  void knownArms().then((arms) => {
    const feed = connect();
    new Page(feed, options, arms).start(feed);
  });
}

class Page {
  readonly #options: PageOptions;
  readonly #frame: Frame;
  readonly #toolbar: Toolbar;
  readonly #dark = matchMedia("(prefers-color-scheme: dark)");
  readonly #layers: KnownLayers;
  readonly #context: MutableContext;
  readonly #absent = new AbsentParts();
  #key = "";
  /** How often these have come. */
  #declarations = 0;
  #parts: readonly Part[] | undefined;

  constructor(feed: Feed, options: PageOptions, arms: ArmPlaces) {
    const { title, question, controls, smooth = 0, wholeNetwork = false, layersOf } = options;
    this.#options = options;
    this.#frame = new Frame({ title, question, feed });
    this.#toolbar = new Toolbar(controls, smooth);
    this.#layers = new KnownLayers(feed, layersOf, this.#schedule);
    const source: Context["source"] = (content) => sourceOf(this.#context, content);
    this.#context = firstContext({ feed, arms, colours: palette("light"), wholeNetwork, source });
  }

  start(feed: Feed): void {
    feed.connection.subscribe((connection) => {
      this.#context.connection = connection;
      this.#schedule();
    });
    // How far runs have come is worth some looks a second, not one a frame.
    const look = paced(PROGRESS_MS, this.#schedule);
    feed.runs.subscribe((runs) => {
      forgetGone(this.#context.runs, runs);
      this.#context.runs = runs;
      look();
    });
    feed.declarations.subscribe((declarations) => {
      Object.assign(this.#context, { declarations, declared: declaredOf(declarations) });
      this.#declarations += 1;
      this.#schedule();
    });
    feed.skipped.subscribe((count) => this.#frame.skipped(count));
    urlState.subscribe(this.#schedule);
    hiddenRuns.subscribe(this.#schedule);
    this.#dark.addEventListener("change", this.#schedule);
    expose(this.#context, () => this.#parts ?? []);
  }

  readonly #schedule = (): void => nextFrame(this.#refresh, BACKGROUND_MS);

  readonly #refresh = (): void => {
    const context = this.#context;
    const { controls, build } = this.#options;
    const changed = this.#read();
    reporting(() => this.#frame.update(context));
    const { runs, away } = context.selection;
    if (runs.length + away.length === 0 && !this.#parts && controls.length > 0) return;
    const built = !this.#parts;
    const parts = (this.#parts ??= build(context));
    if (built) {
      const grid = element("div", { class: "grid" }, ...parts.map(({ node }) => node), this.#absent.node);
      this.#toolbar.node.append(...parts.flatMap(({ tool }) => tool ?? []));
      this.#frame.main.append(...(controls.length > 0 ? [this.#toolbar.node] : []), grid);
    }
    if (!changed && !built) return parts.forEach((part) => part.progress?.(context));
    this.#layers.find(context.selection);
    context.layersKnown = this.#layers.known;
    this.#toolbar.update(context);
    for (const part of parts) reporting(() => part.update(context));
    this.#absent.update(context, parts);
  };

  /** Reads from the URL what is shown. Gives whether anything but the progress of the runs is another than before. */
  #read(): boolean {
    const context = this.#context;
    const { state } = context;
    context.colours = colouredPage(state.get("theme") ?? (this.#dark.matches ? "dark" : "light"), context.colours);
    const selection = select(context.runs, state, context.arms, hiddenRuns.all);
    const { layers, known: layersKnown } = this.#layers;
    const { underWay, started, experiments, mine, away } = selection;
    const looks = [underWay, started, experiments, mine.length, away.length, this.#declarations];
    const key = this.#keyOf(selection.runs, looks);
    if (key === this.#key) {
      // The same curves as before, so that what is drawn stays comparable.
      const { curves, curveOf } = context.selection;
      context.selection = { ...selection, curves, curveOf };
      return false;
    }
    this.#key = key;
    const [from, to, wanted] = ["from", "to", "layer"].map((key) => state.number(key));
    Object.assign(context, {
      selection,
      layers,
      layersKnown,
      zoom: from !== undefined && to !== undefined && to > from ? [from, to] : undefined,
      seeds: state.get("seeds") === "single" ? "single" : "band",
      span: Math.max(0, state.number("smooth") ?? this.#options.smooth ?? 0),
      layer: wanted !== undefined && layers.includes(wanted) ? wanted : context.wholeNetwork ? "all" : layers.at(-1),
    } satisfies Partial<Context>);
    return true;
  }

  #keyOf(runs: readonly RunState[], looks: readonly unknown[]): string {
    const { connection, colours, runs: all } = this.#context;
    const epoch = connection.state === "live" ? connection.epoch : "";
    const states = runs.map(({ runId, status }) => [runId, status]);
    const layers = [this.#layers.layers, this.#layers.known];
    return JSON.stringify([urlState.drawn(), colours.side, states, looks, all.length, layers, connection.state, epoch]);
  }
}
