// An editor, its answer as a table, as CSV and as a quick chart; errors as DuckDB says them.

import type { QueryRows } from "../../feed/client/index.ts";
import { counted, formatWhole } from "../../view/numbers.ts";
import type { Context, Part } from "./context.ts";
import { csvOf } from "./csv.ts";
import { download } from "./download.ts";
import type { DrawnItem } from "./drawn.ts";
import { element } from "./element.ts";
import { QuickChart } from "./quick-chart.ts";
import { EXAMPLES } from "./sql-examples.ts";
import { resultTable, SHOWN } from "./sql-result.ts";
import { urlState } from "./url-state.ts";

export class SqlDesk implements Part {
  readonly node: HTMLElement;
  readonly #editor = element("textarea", {
    id: "sql",
    rows: 7,
    spellcheck: "false",
    autocapitalize: "off",
    autocomplete: "off",
    "aria-label": "SQL",
  });
  readonly #csv: HTMLElement;
  readonly #status = element("p", { class: "tally", id: "sql-status", role: "status" });
  readonly #error = element("pre", { class: "sql-error", id: "sql-error", role: "alert", hidden: true });
  readonly #table = element("div", {
    class: "scroll",
    tabindex: 0,
    role: "region",
    "aria-label": "Result",
    hidden: true,
  });
  readonly #chart: QuickChart;
  #context: Context;
  #result: QueryRows | undefined;
  #sql: string | undefined;
  #waiting = false;
  #asked = 0;

  constructor(context: Context) {
    this.#context = context;
    this.#editor.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.#submit(event);
    });
    const run = element(
      "button",
      { type: "button", class: "primary", id: "run-sql", onclick: (event) => this.#submit(event) },
      "Run",
    );
    const save = (): void => this.#save();
    this.#csv = element("button", { type: "button", id: "csv", hidden: true, onclick: save }, "Download CSV");
    this.#chart = new QuickChart(context);
    this.node = element(
      "section",
      { class: "panel wide sql", "aria-label": "Query", "data-panel": "sql" },
      element(
        "p",
        { class: "what" },
        "One statement that reads: SELECT, FROM, WITH, DESCRIBE or SUMMARIZE. The server limits rows and time. Ctrl-Enter runs it; the address of this page holds it, to share or keep.",
      ),
      this.#editor,
      element("div", { class: "actions" }, run, examples(), this.#csv, this.#status),
      this.#error,
      this.#chart.node,
      this.#table,
    );
  }

  update(context: Context): void {
    this.#context = context;
    const sql = urlState.get("sql") ?? EXAMPLES[0]![1];
    if (sql !== this.#sql) {
      this.#sql = sql;
      this.#editor.value = sql;
      this.#waiting = true;
    }
    if (this.#waiting && context.connection.state === "live") void this.#run(sql);
    this.#chart.update(context);
  }

  drawn(): DrawnItem[] {
    return this.#chart.drawn();
  }

  #submit(event: Event): void {
    event.preventDefault();
    const sql = this.#editor.value.trim();
    if (sql === "") return;
    if (sql !== this.#sql) urlState.set({ sql, chart: "" });
    else void this.#run(sql);
  }

  async #run(sql: string): Promise<void> {
    this.#waiting = false;
    const asked = ++this.#asked;
    this.#status.textContent = "Running…";
    try {
      const result = await this.#context.feed.query(sql);
      if (asked === this.#asked) this.#show(result);
    } catch (error) {
      if (asked !== this.#asked) return;
      this.#error.textContent = (error as Error).message;
      this.#status.textContent = "Failed";
      this.#error.hidden = false;
      for (const node of [this.#table, this.#csv]) node.hidden = true;
      this.#chart.show(undefined);
    }
  }

  #show(result: QueryRows): void {
    this.#result = result;
    const { rows, truncated, ms } = result;
    this.#error.hidden = true;
    this.#table.hidden = this.#csv.hidden = false;
    const count = counted(rows.length, "row");
    const cut = truncated ? `the first ${count}; the server gives no more` : count;
    const shown = rows.length > SHOWN ? `, ${formatWhole(SHOWN)} shown, all in the CSV` : "";
    this.#status.textContent = `${cut}${shown}, ${formatWhole(ms)} ms`;
    this.#table.replaceChildren(resultTable(result));
    this.#chart.show(result);
  }

  #save(): void {
    if (this.#result) download(new Blob([csvOf(this.#result)], { type: "text/csv" }), "gradstream.csv");
  }
}

/** Makes a choice of questions, each of which replaces what was asked. */
function examples(): HTMLElement {
  const select = element(
    "select",
    { "aria-label": "Examples" },
    element("option", { value: "" }, "Examples…"),
    ...EXAMPLES.map(([name, sql]) => element("option", { value: sql }, name)),
  );
  select.addEventListener("change", () => {
    if (select.value === "") return;
    urlState.set({ sql: select.value, chart: "" });
    select.value = "";
  });
  return select;
}
