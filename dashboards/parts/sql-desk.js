// An editor, its answer as a table, as CSV and as a quick chart; errors as DuckDB says them.

import { csvOf } from "./csv.js";
import { download } from "./download.js";
import { element } from "./element.js";
import { QuickChart } from "./quick-chart.js";
import { EXAMPLES } from "./sql-examples.js";
import { isNumeric } from "./sql-numeric.js";
import { counted, formatWhole } from "/view/numbers.js";
import { urlState } from "./url-state.js";

const SHOWN = 500;

export class SqlDesk {
  #asked = 0;

  constructor(context) {
    this.context = context;
    this.editor = element("textarea", {
      id: "sql",
      rows: 7,
      spellcheck: "false",
      autocapitalize: "off",
      autocomplete: "off",
      "aria-label": "SQL",
    });
    this.editor.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.#submit(event);
    });
    const examples = element(
      "select",
      { "aria-label": "Examples" },
      element("option", { value: "" }, "Examples…"),
      ...EXAMPLES.map(([name, sql]) => element("option", { value: sql }, name)),
    );
    examples.addEventListener("change", () => {
      if (examples.value === "") return;
      urlState.set({ sql: examples.value, chart: "" });
      examples.value = "";
    });
    const run = element(
      "button",
      { type: "button", class: "primary", id: "run-sql", onclick: (event) => this.#submit(event) },
      "Run",
    );
    this.csv = element(
      "button",
      { type: "button", id: "csv", hidden: true, onclick: () => this.#save() },
      "Download CSV",
    );
    this.status = element("p", { class: "tally", id: "sql-status", role: "status" });
    this.error = element("pre", { class: "sql-error", id: "sql-error", role: "alert", hidden: true });
    this.table = element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Result", hidden: true });
    this.chart = new QuickChart(context);
    this.node = element(
      "section",
      { class: "panel wide sql", "aria-label": "Query", "data-panel": "sql" },
      element(
        "p",
        { class: "what" },
        "One statement that reads: SELECT, FROM, WITH, DESCRIBE or SUMMARIZE. The server limits rows and time. Ctrl-Enter runs it; the address of this page holds it, to share or keep.",
      ),
      this.editor,
      element("div", { class: "actions" }, run, examples, this.csv, this.status),
      this.error,
      this.chart.node,
      this.table,
    );
  }

  update(context) {
    this.context = context;
    const sql = urlState.get("sql", EXAMPLES[0][1]);
    if (sql !== this.sql) {
      this.sql = sql;
      this.editor.value = sql;
      this.waiting = true;
    }
    if (this.waiting && context.connection.state === "live") void this.#run();
    this.chart.update(context);
  }

  drawn() {
    return this.chart.drawn();
  }

  #submit(event) {
    event.preventDefault();
    const sql = this.editor.value.trim();
    if (sql === "") return;
    if (sql !== this.sql) urlState.set({ sql, chart: "" });
    else void this.#run();
  }

  async #run() {
    this.waiting = false;
    const asked = ++this.#asked;
    this.status.textContent = "Running…";
    try {
      const result = await this.context.feed.query(this.sql);
      if (asked === this.#asked) this.#show(result);
    } catch (error) {
      if (asked !== this.#asked) return;
      this.error.textContent = error.message;
      this.status.textContent = "Failed";
      this.error.hidden = false;
      for (const node of [this.table, this.csv]) node.hidden = true;
      this.chart.show(undefined);
    }
  }

  #show(result) {
    this.result = result;
    const { columns, rows, truncated, ms } = result;
    this.error.hidden = true;
    this.table.hidden = this.csv.hidden = false;
    const cut = truncated
      ? `the first ${counted(rows.length, "row")}; the server gives no more`
      : counted(rows.length, "row");
    const shown = rows.length > SHOWN ? `, ${formatWhole(SHOWN)} shown, all in the CSV` : "";
    this.status.textContent = `${cut}${shown}, ${formatWhole(ms)} ms`;
    const numeric = columns.map(({ type }) => isNumeric(type));
    const head = columns.map(({ name, type }, i) =>
      element("th", { scope: "col", title: type, class: numeric[i] && "number" }, name),
    );
    const body = rows
      .slice(0, SHOWN)
      .map((row) =>
        element("tr", {}, ...row.map((value, i) => element("td", { class: numeric[i] && "number" }, plain(value)))),
      );
    this.table.replaceChildren(
      element(
        "table",
        { class: "result" },
        element("thead", {}, element("tr", {}, ...head)),
        element("tbody", {}, ...body),
      ),
    );
    this.chart.show(result);
  }

  #save() {
    download(new window.Blob([csvOf(this.result.columns, this.result.rows)], { type: "text/csv" }), "gradstream.csv");
  }
}

function plain(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number" && !Number.isInteger(value)) return String(Number(value.toPrecision(7)));
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
