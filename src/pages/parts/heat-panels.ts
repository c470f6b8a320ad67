// Layer by step, one small heat map per arm, all on one scale of colours.

import type { Context, Part } from "./context.ts";
import type { Curve } from "./curve.ts";
import { type DrawnItem, drawnLines } from "./drawn.ts";
import { nextFrame } from "./frames.ts";
import { endsOf, layerHeat } from "./layer-heat.ts";
import { layerNames } from "./layer-names.ts";
import { LiveSeries } from "./live-series.ts";
import { type Multiple, Multiples, type MultiplesOptions } from "./multiples.ts";
import type { Need } from "./needs.ts";
import { Panel } from "./panel.ts";
import { ScaleBar } from "./scale-bar.ts";
import { isShown, runsFilter } from "./selection.ts";

const POINTS = 200;

export interface HeatOptions extends Omit<MultiplesOptions, "make"> {
  readonly probe: string;
  /** What is drawn. */
  readonly stat: (context: Context) => string;
  /** Whether colours go by powers of ten. */
  readonly log: (context: Context) => boolean;
  /** A control that shows the stat. */
  readonly select: HTMLSelectElement;
  readonly missing: string;
}

/** Heat maps of one stat; one subscription feeds them all. */
export class HeatPanels implements Part {
  readonly node: HTMLElement;
  readonly #options: HeatOptions;
  readonly #multiples: Multiples;
  readonly #scale = new ScaleBar();
  readonly #panels = new Map<string, { readonly panel: Panel; readonly curve: Curve; names: readonly number[] }>();
  readonly #live: LiveSeries;
  #context: Context;

  constructor(options: HeatOptions, context: Context) {
    this.#options = options;
    this.#context = context;
    this.#live = new LiveSeries(context.feed, () => nextFrame(this.#draw));
    const controls = [...(options.controls ?? []), this.#scale.node];
    this.#multiples = new Multiples({ ...options, controls, make: (curve, now) => this.#make(curve, now) });
    this.node = this.#multiples.node;
  }

  update(context: Context): void {
    this.#context = context;
    this.#multiples.update(context);
    const { stat, probe, select } = this.#options;
    select.value = stat(context);
    const { selection, zoom } = context;
    const filter = { ...runsFilter(selection), probes: [probe], stats: [stat(context)], layers: "any" } as const;
    const steps = zoom && { from: zoom[0], to: zoom[1] };
    this.#live.ask(selection.runs.length > 0 ? { ...filter, points: POINTS, ...steps } : undefined);
    nextFrame(this.#draw);
  }

  get title(): string {
    return this.#options.title;
  }

  needs(): Need {
    return { probes: [this.#options.probe] };
  }

  drawn(): DrawnItem[] {
    return this.#multiples.drawn();
  }

  #make(curve: Curve, context: Context): Multiple {
    const { id, what } = this.#options;
    const entry: { names: readonly number[] } = { names: [] };
    const formatTick = (value: number): string => (Number.isInteger(value) ? String(entry.names[value - 1] ?? "") : "");
    const options = { id, what, title: curve.name, compact: true, yLabel: "layer", height: 190, tickSpace: 16 };
    const panel = new Panel({ ...options, onZoom: context.zoomTo, formatTick }, context);
    this.#panels.set(curve.name, Object.assign(entry, { panel, curve }));
    return {
      node: panel.node,
      update: () => undefined,
      drawn: () => drawnLines(`${id}/${curve.name}`, panel.chart.content),
      destroy: () => {
        this.#panels.delete(curve.name);
        panel.destroy();
      },
    };
  }

  readonly #draw = (): void => {
    const { stat, log, missing } = this.#options;
    const { selection, zoom, colours } = this.#context;
    const [named, logged] = [stat(this.#context), log(this.#context)];
    const visible = this.#live.set.series.filter(
      (one) => one.stat === named && one.layer !== null && isShown(selection, one.runId),
    );
    const ends = endsOf(
      visible.map(({ last: y, length }) => ({ y, length })),
      logged,
    );
    this.#scale.show(ends, colours);
    for (const [name, entry] of this.#panels) {
      const { panel, curve } = entry;
      const mine = visible.filter(({ runId }) => selection.curveOf.get(runId)?.name === name);
      if (this.#live.error) panel.say("error", this.#live.error.message);
      else if (!this.#live.set.complete && mine.length === 0) panel.say("loading");
      else {
        const known = layerNames(this.#context.declared, selection.runs);
        const runs = selection.runs.filter(({ runId }) => selection.curveOf.get(runId)?.name === name);
        const until = runs.reduce((most, { step }) => Math.max(most, step + 1), 0);
        const { names, ...content } = layerHeat(mine, { log: logged, ends, until, curve, names: known });
        entry.names = names;
        panel.show(content, {
          colours,
          zoom,
          grows: selection.underWay,
          why: selection.underWay ? "Waiting for the first reading…" : missing,
          points: mine.reduce((sum, { length }) => sum + length, 0),
          readings: mine.reduce((sum, { readings }) => sum + readings, 0),
        });
      }
    }
  };
}
