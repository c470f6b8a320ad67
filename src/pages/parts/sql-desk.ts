// An editor beside the schema, its answer as a table, as files and as a quick chart; errors as DuckDB says them.

import { QueryError } from "../../feed/client/index.ts";
import type { Context, Part } from "./context.ts";
import { askingCommand } from "./asking-command.ts";
import { copyButton } from "./copy-button.ts";
import type { DrawnItem } from "./drawn.ts";
import { element } from "./element.ts";
import { SqlAnswer } from "./sql-answer.ts";
import { SqlChoice } from "./sql-choice.ts";
import { SqlComplaint } from "./sql-complaint.ts";
import { SqlEditor } from "./sql-editor.ts";
import { EXAMPLES } from "./sql-examples.ts";
import { askedBefore, keepAsked } from "./sql-history.ts";
import { schemaList } from "./sql-schema.ts";
import { SCHEMA_SQL, tablesOf } from "./sql-tables.ts";
import { browserStorage } from "./stored-texts.ts";
import { urlState } from "./url-state.ts";

export class SqlDesk implements Part {
  readonly node: HTMLElement;
  readonly #editor = new SqlEditor(() => this.#submit());
  readonly #complaint = new SqlComplaint(this.#editor, () => this.#submit());
  readonly #schema = element("details", { class: "schema", open: matchMedia("(width > 760px)").matches });
  readonly #past = new SqlChoice("Asked before");
  readonly #answer: SqlAnswer;
  #context: Context;
  #sql: string | undefined;
  #waiting = false;
  #asked = 0;

  constructor(context: Context) {
    this.#context = context;
    this.#answer = new SqlAnswer(context);
    const run = element(
      "button",
      { type: "button", class: "primary", id: "run-sql", onclick: () => this.#submit() },
      "Run",
    );
    this.node = element(
      "section",
      { class: "panel wide sql", "aria-labelledby": "sql-title", "data-panel": "sql" },
      element("h2", { id: "sql-title", class: "visually-hidden" }, "Query"),
      element(
        "p",
        { class: "what" },
        "One statement that reads: SELECT, FROM, WITH, DESCRIBE or SUMMARIZE. The server limits rows and time. Ctrl-Enter runs it, Ctrl-Space completes names; the address of this page holds it, to share or keep.",
      ),
      element("div", { class: "desk" }, this.#editor.node, this.#schema),
      element(
        "div",
        { class: "actions" },
        run,
        new SqlChoice("Examples", EXAMPLES).select,
        this.#past.select,
        this.#copy(),
        this.#answer.files,
        this.#answer.status,
      ),
      this.#complaint.node,
      this.#answer.chart.node,
      this.#answer.table,
    );
    this.#schema.append(element("summary", {}, "Tables and columns"));
    this.#fillPast();
  }

  update(context: Context): void {
    this.#context = context;
    const sql = urlState.get("sql") ?? EXAMPLES[0]![1];
    if (sql !== this.#sql) {
      this.#sql = sql;
      this.#editor.text = sql;
      this.#waiting = true;
    }
    if (this.#waiting && context.connection.state === "live") void this.#run(sql);
    if (this.#schema.childElementCount === 1 && context.connection.state === "live") void this.#describe();
    this.#answer.update(context);
  }

  drawn(): DrawnItem[] {
    return this.#answer.drawn();
  }

  #copy(): HTMLElement {
    const command = (): string => {
      const { connection } = this.#context;
      return askingCommand(this.#editor.text, connection.state === "live" ? connection.store : undefined);
    };
    return copyButton("Copy command", command);
  }

  #submit(): void {
    const sql = this.#editor.text.trim();
    if (sql === "") return;
    // Places in it are counted from its first character.
    this.#editor.text = sql;
    if (sql !== this.#sql) urlState.set({ sql, chart: "" });
    else void this.#run(sql);
  }

  async #run(sql: string): Promise<void> {
    this.#waiting = false;
    const asked = ++this.#asked;
    this.#answer.running();
    try {
      const result = await this.#context.feed.query(sql);
      if (asked !== this.#asked) return;
      this.#complaint.hide();
      this.#answer.show(result);
      keepAsked(browserStorage(), sql);
      this.#fillPast();
    } catch (error) {
      if (asked !== this.#asked) return;
      this.#answer.fail();
      const { message } = error as Error;
      this.#complaint.show(error instanceof QueryError ? error : { message, position: undefined, candidates: [] });
    }
  }

  /** Lists what there is to ask, once. */
  async #describe(): Promise<void> {
    const list = element("div", { class: "tables" }, "Reading…");
    this.#schema.append(list);
    try {
      const tables = tablesOf(await this.#context.feed.query(SCHEMA_SQL));
      this.#editor.tables = tables;
      list.replaceChildren(...schemaList(tables, (name) => this.#editor.insert(name)));
    } catch {
      // Asked again with the next connection.
      list.remove();
    }
  }

  #fillPast(): void {
    this.#past.offer(askedBefore(browserStorage()).map((sql) => [sql.replaceAll(/\s+/g, " "), sql]));
  }
}
