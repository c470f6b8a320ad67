// The answer of a query as lines: one column across, one up, one that tells the lines apart.

import { grouped } from "/view/grouped.js";
import { drawnLines } from "./drawn.js";
import { element } from "./element.js";
import { Panel } from "./panel.js";
import { placesOf } from "/view/arms.js";
import { isNumeric } from "./sql-numeric.js";
import { formatNumber } from "/view/numbers.js";
import { fill } from "./toolbar.js";
import { urlState } from "./url-state.js";

const KEYS = ["x", "y", "by"];
const NAMES = { x: "Across", y: "Up", by: "One line per" };

export class QuickChart {
  constructor(context) {
    this.context = context;
    this.selects = KEYS.map((key) => {
      const select = element("select", { "data-choice": key });
      select.addEventListener("change", () => urlState.set({ chart: this.selects.map(({ value }) => value || "-") }));
      return select;
    });
    const labels = KEYS.map((key, i) => element("label", { class: "choice" }, NAMES[key], this.selects[i]));
    this.host = element("div");
    this.node = element(
      "details",
      { class: "quick-chart", hidden: true },
      element("summary", {}, "Chart"),
      element("div", { class: "choices", role: "group", "aria-label": "Chart" }, ...labels),
      this.host,
    );
  }

  /** Draws a result, or nothing where it has no two columns of numbers. */
  show(result) {
    this.result = result;
    const numbers = (result?.columns ?? []).filter(({ type }) => isNumeric(type)).map(({ name }) => name);
    this.node.hidden = numbers.length < 2 || result.rows.length < 2;
    if (this.node.hidden) return;
    if (numbers.includes("step") || urlState.list("chart").length > 0) this.node.open = true;
    const others = result.columns.map(({ name }) => name).filter((name) => !numbers.includes(name));
    const [x, y] = numbers.includes("step") ? ["step", numbers.find((name) => name !== "step")] : numbers;
    const by = others.find((name) => ["arm", "run_id"].includes(name)) ?? "";
    const pairs = (names) => names.map((name) => [name, name]);
    const chosen = urlState.list("chart");
    const guess = [x, y, by];
    [pairs(numbers), pairs(numbers), [["", "nothing"], ...pairs(result.columns.map(({ name }) => name))]].forEach(
      (options, i) => {
        const wanted = chosen[i] === "-" ? "" : chosen[i];
        const offered = options.some(([value]) => value === wanted);
        fill(this.selects[i], options, chosen.length > 0 && offered ? wanted : guess[i]);
      },
    );
    this.#draw();
  }

  update(context) {
    const chosen = JSON.stringify([context.colours.side, urlState.list("chart"), this.panel?.log]);
    const changed = chosen !== this.chosen;
    Object.assign(this, { context, chosen });
    if (changed && this.result) this.show(this.result);
  }

  drawn() {
    return this.panel && !this.node.hidden ? drawnLines("quick-chart", this.panel.chart.content) : [];
  }

  #draw() {
    const { columns, rows } = this.result;
    const [x, y, by] = this.selects.map(({ value }) => columns.findIndex(({ name }) => name === value));
    const key = JSON.stringify([x, y]);
    if (key !== this.key) {
      this.key = key;
      this.panel?.destroy();
      const names = {
        xLabel: columns[x].name,
        yLabel: columns[y].name,
        title: `${columns[y].name} over ${columns[x].name}`,
      };
      const what = "Drawn from the rows of the query.";
      this.panel = new Panel(
        {
          id: "quick-chart",
          what,
          compact: true,
          linked: false,
          log: true,
          formatX: formatNumber,
          padX: true,
          ...names,
        },
        this.context,
      );
      this.panel.source = () => `gradstream: ${urlState.get("sql", "").replace(/\s+/g, " ").slice(0, 110)}`;
      this.host.append(this.panel.node);
    }
    const groups = [...grouped(rows, (row) => (by === -1 ? columns[y].name : String(row[by])))];
    const places = placesOf(groups.map(([name]) => name));
    const lines = groups.map(([name, members]) => {
      const known = members.filter((row) => Number.isFinite(row[x])).sort((a, b) => a[x] - b[x]);
      const curve = { name, arm: name, place: places.get(name), dash: places.get(name), runs: [] };
      const column = (i) => Float64Array.from(known, (row) => row[i] ?? NaN);
      return {
        kind: "line",
        curve,
        stat: columns[y].name,
        x: column(x),
        y: column(y),
        length: known.length,
        many: groups.length > 60,
      };
    });
    this.panel.show({ lines }, { colours: this.context.colours, points: rows.length, readings: rows.length });
  }
}
