// One figure of the paper: its panels as small multiples, ours solid, the paper's own curves dashed.

import { drawnLines } from "./drawn.js";
import { element } from "./element.js";
import { contentsOf } from "./figure-content.js";
import { Panel, emphasized } from "./panel.js";
import { paperCatalogue } from "./paper-catalogue.js";
import { Refresher } from "./refresher.js";
import { counted, formatNumber } from "/view/numbers.js";
import { choice, fill } from "./toolbar.js";

export class FigureView {
  panels = new Map();
  #figures = [];

  constructor(context) {
    this.context = context;
    this.choice = choice("Figure", "figure", (id) => ({ figure: id }));
    this.title = element("h2", { id: "figure-title" }, "Figures");
    this.what = element("p", { class: "what" });
    this.message = element("p", { class: "nothing", role: "status" }, "Loading…");
    this.grid = element("div", { class: "multiples figures" });
    this.node = element(
      "section",
      { class: "panel wide", "aria-labelledby": "figure-title", "data-panel": "figure" },
      element("div", { class: "panel-head" }, this.title, this.choice.node),
      this.what,
      this.message,
      this.grid,
    );
    this.refresher = new Refresher(() => void this.#read());
    paperCatalogue().then(
      ({ figures }) => {
        this.#figures = figures.filter(({ kind }) => kind !== "diagram");
        fill(
          this.choice.select,
          this.#figures.map(({ id, title }) => [id, `${id} · ${title}`]),
        );
        this.update(this.context);
      },
      (error) => this.#say(error.message),
    );
  }

  update(context) {
    this.context = context;
    const figure = this.#figures.find(({ id }) => id === context.state.get("figure")) ?? this.#figures[0];
    if (!figure) return;
    if (figure !== this.figure) {
      this.figure = figure;
      this.#clear();
      this.choice.select.value = figure.id;
      this.title.textContent = `Figure ${figure.id}. ${figure.title}`;
      this.what.replaceChildren(...emphasized(figure.caption));
      this.#say("Loading…");
    }
    this.refresher.update(context, figure.id);
    if (context.colours !== this.colours) this.#show();
  }

  drawn() {
    return [...this.panels].flatMap(([name, { chart }]) => drawnLines(`figure/${name}`, chart.content));
  }

  async #read() {
    const { figure, context } = this;
    try {
      const [data, rules] = await Promise.all([
        context.feed.query(figure.sql),
        figure.rules === undefined ? { rows: [] } : context.feed.query(figure.rules),
      ]);
      if (figure !== this.figure) return;
      const names = data.columns.map(({ name }) => name);
      this.rows = data.rows.map((row) => Object.fromEntries(names.map((name, i) => [name, row[i]])));
      this.rules = rules.rows.map(([label, panel, value]) => ({ label, panel, value }));
      this.truncated = data.truncated;
      this.#show();
    } catch (error) {
      if (figure === this.figure) this.#say(`The figure could not be read: ${error.message}`);
    }
  }

  #show() {
    if (!this.rows) return;
    const { figure, context } = this;
    this.colours = context.colours;
    const { contents, notes } = contentsOf(figure, this.rows, this.rules);
    const titles = contents.map(({ title }) => title);
    for (const name of this.panels.keys()) if (!titles.includes(name)) this.#drop(name);
    for (const { title, xLabel, content, points } of contents) {
      if (this.panels.get(title)?.options.xLabel !== xLabel) {
        this.#drop(title);
        this.panels.set(title, this.#make(title, xLabel));
      }
      this.panels.get(title).show(content, { colours: context.colours, points, readings: points });
    }
    const nodes = titles.map((name) => this.panels.get(name).node);
    if (nodes.some((node, i) => this.grid.children[i] !== node)) this.grid.replaceChildren(...nodes);
    const ours = this.rows.some(({ source }) => source !== "paper");
    const missing = `No runs of ${figure.experiment} yet: npx gradstream run ${figure.experiment}. The paper’s curves are dashed.`;
    this.#say(
      this.rows.length === 0
        ? `Nothing recorded for this figure yet: npx gradstream run ${figure.experiment}.`
        : this.truncated
          ? `Only the first ${counted(this.rows.length, "row")} of this figure are drawn.`
          : [...notes, ours ? "" : missing].filter(Boolean).join(" "),
    );
  }

  #make(name, xLabel) {
    const { figure } = this;
    const { id, kind, title, caption, x, y } = figure;
    const panel = new Panel(
      {
        ...{ id: `figure-${id}`, title: name || title, what: caption, compact: true, height: 260, linked: false },
        ...{ xLabel, yLabel: kind === "ridge" ? x.label : y.label, logX: x.log },
        ...(kind === "profiles" && { formatX: formatNumber }),
        log: kind !== "ridge" && y.log ? "always" : undefined,
      },
      this.context,
    );
    panel.heading.hidden = name === "";
    panel.source = () => `gradstream: figure ${figure.id}, ours solid, the paper’s dashed`;
    return panel;
  }

  #say(text) {
    this.message.textContent = text;
    this.message.hidden = text === "";
  }

  #drop(name) {
    this.panels.get(name)?.destroy();
    this.panels.delete(name);
  }

  #clear() {
    for (const name of [...this.panels.keys()]) this.#drop(name);
    this.rows = undefined;
  }
}
