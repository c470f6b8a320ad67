// The answer of a query as lines: one column across, one up, one that tells the lines apart.

import type { QueryRows } from "../../feed/client/index.ts";
import { formatNumber } from "../../view/numbers.ts";
import { fillOptions } from "./choice.ts";
import type { Context } from "./context.ts";
import { type DrawnItem, drawnLines } from "./drawn.ts";
import { element } from "./element.ts";
import { Panel } from "./panel.ts";
import { type ChartColumns, guessed, numericColumns, quickLines } from "./quick-chart-data.ts";
import { urlState } from "./url-state.ts";

const KEYS = ["x", "y", "by"] as const;
const NAMES = { x: "Across", y: "Up", by: "One line per" };

export class QuickChart {
  readonly node: HTMLDetailsElement;
  readonly #selects: readonly HTMLSelectElement[];
  readonly #host = element("div");
  #context: Context;
  #result: QueryRows | undefined;
  #panel: Panel | undefined;
  #axes = "";
  #chosen = "";

  constructor(context: Context) {
    this.#context = context;
    this.#selects = KEYS.map((key) => {
      const select = element("select", { "data-choice": key });
      select.addEventListener("change", () => urlState.set({ chart: this.#selects.map(({ value }) => value || "-") }));
      return select;
    });
    const labels = KEYS.map((key, i) => element("label", { class: "choice" }, NAMES[key], this.#selects[i]));
    this.node = element(
      "details",
      { class: "quick-chart", hidden: true },
      element("summary", {}, "Chart"),
      element("div", { class: "choices", role: "group", "aria-label": "Chart" }, ...labels),
      this.#host,
    );
  }

  /** Draws a result, or nothing where it has no two columns of numbers. */
  show(result: QueryRows | undefined): void {
    this.#result = result;
    const numbers = result ? numericColumns(result) : [];
    this.node.hidden = numbers.length < 2 || !result || result.rows.length < 2;
    if (this.node.hidden || !result) return;
    const chosen = urlState.list("chart");
    if (numbers.includes("step") || chosen.length > 0) this.node.open = true;
    const pairs = (names: readonly string[]) => names.map((name) => [name, name] as const);
    const all = pairs(result.columns.map(({ name }) => name));
    const offers = [pairs(numbers), pairs(numbers), [["", "nothing"] as const, ...all]];
    offers.forEach((options, i) => {
      const wanted = chosen[i] === "-" ? "" : chosen[i];
      const offered = options.some(([value]) => value === wanted);
      fillOptions(this.#selects[i]!, options, offered ? wanted : guessed(result)[i]);
    });
    this.#draw(result);
  }

  update(context: Context): void {
    this.#context = context;
    const chosen = JSON.stringify([context.colours.side, urlState.list("chart"), this.#panel?.log]);
    const changed = chosen !== this.#chosen;
    this.#chosen = chosen;
    if (changed && this.#result) this.show(this.#result);
  }

  drawn(): DrawnItem[] {
    return this.#panel && !this.node.hidden ? drawnLines("quick-chart", this.#panel.chart.content) : [];
  }

  #draw(result: QueryRows): void {
    const chosen = this.#selects.map(({ value }) => value) as unknown as ChartColumns;
    const { length } = result.rows;
    const panel = this.#panelOf(chosen);
    panel.show(
      { lines: quickLines(result, chosen, this.#context.arms) },
      { colours: this.#context.colours, points: length, readings: length },
    );
  }

  /** Returns a panel for these columns, made anew where they are others. */
  #panelOf([x, y]: ChartColumns): Panel {
    const axes = JSON.stringify([x, y]);
    if (this.#panel && axes === this.#axes) return this.#panel;
    this.#axes = axes;
    this.#panel?.destroy();
    const names = { xLabel: x, yLabel: y, title: `${y} over ${x}`, what: "Drawn from the rows of the query." };
    const looks = { id: "quick-chart", compact: true, linked: false, log: true, padX: true, formatX: formatNumber };
    const source = (): string => `gradstream: ${(urlState.get("sql") ?? "").replace(/\s+/g, " ").slice(0, 110)}`;
    this.#panel = new Panel({ ...looks, ...names }, { colours: this.#context.colours, source });
    this.#host.append(this.#panel.node);
    return this.#panel;
  }
}
