// One figure of a paper: its panels as small multiples, ours solid, the paper's own curves dashed.

import type { FigureRows } from "../../view/figure-rows.ts";
import { counted } from "../../view/numbers.ts";
import type { Palette } from "../../view/palette.ts";
import { choice, fillOptions } from "./choice.ts";
import type { Context, Part } from "./context.ts";
import { type DrawnItem, drawnLines } from "./drawn.ts";
import { element } from "./element.ts";
import { emphasized } from "./emphasized.ts";
import { panelContents, type PanelContent } from "./figure-content.ts";
import { FigureMessage } from "./figure-message.ts";
import { figurePanelOptions } from "./figure-panel-options.ts";
import { Panel } from "./panel.ts";
import { listedFigures, type ListedFigure } from "./listed-figures.ts";
import { namedRows } from "./named-rows.ts";
import { paperCatalogue, type PaperFigure } from "./paper-catalogue.ts";
import { Refresher } from "./refresher.ts";

export class FigureView implements Part {
  readonly node: HTMLElement;
  /** By title. */
  readonly panels = new Map<string, Panel>();
  rows: FigureRows["rows"] | undefined;
  readonly #choice = choice("Figure", "figure", (id) => ({ figure: id }));
  readonly #title = element("h2", { id: "figure-title" }, "Figures");
  readonly #what = element("p", { class: "what" });
  readonly #message = new FigureMessage();
  readonly #grid = element("div", { class: "multiples figures" });
  readonly #refresher = new Refresher(() => this.#read());
  #context: Context;
  #figures: readonly ListedFigure[] = [];
  #figure: PaperFigure | undefined;
  #rules: FigureRows["rules"] = [];
  #truncated = false;
  #colours: Palette | undefined;

  constructor(context: Context) {
    this.#context = context;
    this.node = element(
      "section",
      { class: "panel wide", "aria-labelledby": "figure-title", "data-panel": "figure" },
      element("div", { class: "panel-head" }, this.#title, this.#choice.node),
      this.#what,
      this.#message.node,
      this.#grid,
    );
    paperCatalogue().then(
      ({ papers }) => {
        this.#figures = listedFigures(papers);
        const offers = this.#figures.map(({ key, name }) => [key, name] as const);
        fillOptions(this.#choice.select, offers);
        this.update(this.#context);
      },
      (error: unknown) => this.#message.say((error as Error).message),
    );
  }

  update(context: Context): void {
    this.#context = context;
    const wanted = context.state.get("figure");
    const listed = this.#figures.find(({ key }) => key === wanted) ?? this.#figures[0];
    if (!listed) return;
    const { key, figure } = listed;
    if (figure !== this.#figure) {
      this.#figure = figure;
      this.#clear();
      this.#choice.select.value = key;
      this.#title.textContent = `Figure ${figure.id}. ${figure.title}`;
      this.#what.replaceChildren(...emphasized(figure.caption));
      this.#message.say("Loading…");
    }
    this.#refresher.update(context, key);
    if (context.colours !== this.#colours) this.#show(figure);
  }

  drawn(): DrawnItem[] {
    return [...this.panels].flatMap(([name, { chart }]) => drawnLines(`figure/${name}`, chart.content));
  }

  async #read(): Promise<void> {
    const figure = this.#figure;
    if (!figure) return;
    try {
      const { feed } = this.#context;
      const [data, rules] = await Promise.all([
        feed.query(figure.sql),
        figure.rules === undefined ? { columns: [], rows: [] } : feed.query(figure.rules),
      ]);
      if (figure !== this.#figure) return;
      this.rows = namedRows<Record<string, unknown>>(data);
      this.#rules = namedRows<FigureRows["rules"][number]>(rules);
      this.#truncated = data.truncated;
      this.#show(figure);
    } catch (error) {
      if (figure === this.#figure) this.#message.say(`The figure could not be read: ${(error as Error).message}`);
    }
  }

  #show(figure: PaperFigure): void {
    const { rows } = this;
    if (!rows) return;
    const { colours } = this.#context;
    this.#colours = colours;
    const { contents, notes } = panelContents({ figure, rows, rules: this.#rules });
    const titles = contents.map(({ title }) => title);
    for (const name of this.panels.keys()) if (!titles.includes(name)) this.#drop(name);
    for (const one of contents) {
      this.#panelOf(figure, one).show(one.content, { colours, points: one.points, readings: one.points });
    }
    const nodes = titles.map((name) => this.panels.get(name)!.node);
    if (nodes.some((node, i) => this.#grid.children[i] !== node)) this.#grid.replaceChildren(...nodes);
    this.#tell(figure, rows, notes);
  }

  /** Returns the panel of a title, made anew where its axis counts something else. */
  #panelOf(figure: PaperFigure, { title: name, xLabel }: PanelContent): Panel {
    const known = this.panels.get(name);
    if (known?.options.xLabel === xLabel) return known;
    this.#drop(name);
    const panel = new Panel(figurePanelOptions(figure, name, xLabel), {
      colours: this.#context.colours,
      source: () => {
        const { connection } = this.#context;
        const store = connection.state === "live" ? `; store ${connection.store}` : "";
        return `gradstream: figure ${figure.id} of ${figure.experiment}, ours solid, the paper’s in thin dashes${store}`;
      },
    });
    panel.heading.hidden = name === "";
    this.panels.set(name, panel);
    return panel;
  }

  #tell({ experiment }: PaperFigure, rows: FigureRows["rows"], notes: readonly string[]): void {
    const filling = `npx gradstream run ${experiment}`;
    if (rows.length === 0) return this.#message.say("Nothing recorded for this figure yet. This fills it:", filling);
    if (this.#truncated)
      return this.#message.say(`Only the first ${counted(rows.length, "row")} of this figure are drawn.`);
    if (rows.some(({ source }) => source !== "paper")) return this.#message.say(notes.join(" "));
    const missing = `The paper’s curves are dashed; no runs of ${experiment} yet. This trains them:`;
    this.#message.say([...notes, missing].join(" "), filling);
  }

  #drop(name: string): void {
    this.panels.get(name)?.destroy();
    this.panels.delete(name);
  }

  #clear(): void {
    for (const name of [...this.panels.keys()]) this.#drop(name);
    this.rows = undefined;
  }
}
