// Histograms of a layer's values, arm by arm or over each other: on one axis unless each is to have its own.

import { formatNumber } from "../../view/numbers.ts";
import { extent, NOTHING, valueDomain } from "../../view/scale.ts";
import { choice, fillOptions } from "./choice.ts";
import type { Content } from "./content.ts";
import type { Context, Part } from "./context.ts";
import type { Curve } from "./curve.ts";
import { type DrawnItem, drawnLines } from "./drawn.ts";
import { element } from "./element.ts";
import { emphasized } from "./emphasized.ts";
import { nextFrame } from "./frames.ts";
import { columns, overlay, ridges, valuesIn } from "./histogram-contents.ts";
import { HistogramRecords, type Unit } from "./histogram-records.ts";
import { valueOf, whatIs } from "./histogram-text.ts";
import type { Need } from "./needs.ts";
import { Panel, type PanelOptions } from "./panel.ts";
import { StepChoice } from "./step-choice.ts";
import { urlState } from "./url-state.ts";

const VIEWS = [["", "over the steps"], ["ridges", "as ridges"], ["overlay", "arms over each other"]] as const; // prettier-ignore
const missing = "Not recorded for this layer. The probe histogram() records it.";
/** Ranks the whole layer first, then units by number. */
const rank = (unit: Unit): number => (unit === "all" ? -1 : Number(unit));

interface Shown {
  readonly name: string;
  readonly content: Content;
  readonly records: number;
}

export class HistogramPanels implements Part {
  readonly node: HTMLElement;
  readonly title = "Histograms";
  readonly #records = new HistogramRecords(() => nextFrame(this.#draw));
  readonly #view = choice("Show", "histograms", (value) => ({ histograms: value }));
  readonly #site = choice("Site", "site", (value) => ({ site: value }));
  readonly #unit = choice("Unit", "unit", (value) => ({ unit: value }));
  readonly #own = element("input", { type: "checkbox" });
  readonly #step = new StepChoice();
  readonly #what = element("p", { class: "what" });
  readonly #grid = element("div", { class: "multiples" });
  readonly panels = new Map<string, Panel>();
  #context: Context;

  constructor(context: Context) {
    this.#context = context;
    fillOptions(this.#view.select, VIEWS);
    this.#own.addEventListener("change", () => urlState.set({ own: this.#own.checked ? 1 : undefined }));
    const own = element("label", { class: "switch" }, this.#own, "Own axes");
    const controls = element("div", { class: "controls" }, this.#view.node, this.#site.node, this.#unit.node, own);
    const head = element("div", { class: "panel-head" }, element("h2", {}, "Histograms"), controls);
    const about = { class: "panel wide", "data-group": "histograms", "aria-label": "Histograms" };
    this.node = element("section", about, head, this.#what, this.#step.node, this.#grid);
  }

  needs(): Need {
    return { probes: ["histogram"] };
  }

  update(context: Context): void {
    this.#context = context;
    this.#records.ask(context, this.#curves());
    nextFrame(this.#draw);
  }

  drawn(): DrawnItem[] {
    return [...this.panels].flatMap(([key, { chart }]) =>
      drawnLines(`histograms/${key.split("\n")[1]!}`, chart.content),
    );
  }

  #curves(): Context["selection"]["curves"] {
    const { curves, hidden } = this.#context.selection;
    return curves.filter(({ name }) => !hidden.has(name));
  }

  /** Steps that the run has made whose histograms are drawn; curves may be of when it began. */
  #made({ runs: [first] }: Curve): number {
    const run = this.#context.selection.runs.find(({ runId }) => runId === first?.runId);
    return run ? run.step + 1 : Infinity;
  }

  readonly #draw = (): void => {
    const { state } = this.#context;
    const view = state.get("histograms") ?? "";
    const sites = this.#records.sites();
    const site = sites.find((one) => one === state.get("site")) ?? sites[0] ?? "norm";
    this.#offer(view, site, sites);
    const chosen = { site, unit: state.get("unit") };
    const arms = this.#curves().map((curve) => [curve, this.#records.of(curve, chosen)] as const);
    const all = arms.flatMap(([, records]) => records);
    const step = view === "" ? undefined : this.#step.choose(all.map((record) => record.step));
    const ends = arms.map(([, records]) => valuesIn(records));
    const own = state.flag("own");
    const common = extent(ends.flat(), false, NOTHING);
    const shown = arms.map(([curve, records], i): Shown => {
      const domain = valueDomain(own ? ends[i]! : common);
      const content = view === "ridges" ? ridges(records, curve, step) : columns(records, curve, this.#made(curve));
      const axes = view === "ridges" ? { ...content.axes, x: { domain } } : { y: { domain } };
      return { name: curve.name, records: records.length, content: { ...content, axes } };
    });
    const over: Shown = { name: "All arms", records: all.length, content: overlay(arms, step) };
    this.#show(view, site, view === "overlay" ? [over] : shown);
  };

  #offer(view: string, site: string, sites: readonly string[]): void {
    const { state } = this.#context;
    this.#what.replaceChildren(...emphasized(whatIs(view, site)));
    this.#view.select.value = view;
    this.#own.checked = state.flag("own");
    this.#own.parentElement!.hidden = view === "overlay";
    this.#step.node.hidden = view === "";
    fillOptions(
      this.#site.select,
      sites.map((one) => [one, one] as const),
      site,
    );
    this.#site.node.hidden = sites.length < 2;
    const units = [...this.#records.units(site)].sort((a, b) => rank(a) - rank(b));
    fillOptions(
      this.#unit.select,
      [["", "first"], ...units.map((one) => [one, one] as const)],
      state.get("unit") ?? "",
    );
    this.#unit.node.hidden = units.length < 2;
  }

  #show(view: string, site: string, shown: readonly Shown[]): void {
    const { colours, zoom, selection, layersKnown, connection } = this.#context;
    const wanted = new Map(shown.map((one) => [`${view} ${site}\n${one.name}`, one]));
    for (const [key, panel] of this.panels) {
      if (wanted.has(key)) continue;
      panel.destroy();
      this.panels.delete(key);
    }
    const waiting = selection.underWay || connection.state !== "live";
    for (const [key, { name, content, records }] of wanted) {
      const panel = this.panels.get(key) ?? this.#make(view, site, name);
      this.panels.set(key, panel);
      if (this.#records.error) panel.say("error", this.#records.error.message);
      else if (records > 0 || layersKnown) {
        const state = { colours, zoom: view === "" ? zoom : undefined, grows: view === "" && selection.underWay };
        const why = waiting ? "Waiting for the first histogram…" : missing;
        panel.show(records > 0 ? content : {}, { ...state, points: records, readings: records, why });
      } else panel.say("loading");
    }
    const nodes = [...wanted.keys()].map((key) => this.panels.get(key)!.node);
    if (nodes.some((node, i) => this.#grid.children[i] !== node)) this.#grid.replaceChildren(...nodes);
  }

  #make(view: string, site: string, title: string): Panel {
    const [what, value] = [whatIs(view, site), valueOf(site)];
    const common: PanelOptions = { id: "histograms", title, what, compact: true, height: 240 };
    if (view === "") return new Panel({ ...common, yLabel: value, onZoom: this.#context.zoomTo }, this.#context);
    const yLabel = view === "ridges" ? "share of the values, step by step" : "share of the values per unit";
    const looks = { xLabel: value, yLabel, linked: false, height: 320, formatX: formatNumber };
    return new Panel({ ...common, ...looks }, this.#context);
  }
}
