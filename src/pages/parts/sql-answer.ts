import type { QueryRows } from "../../feed/client/index.ts";
import { counted, formatWhole } from "../../view/numbers.ts";
import type { Context } from "./context.ts";
import { csvOf } from "./csv.ts";
import { download } from "./download.ts";
import type { DrawnItem } from "./drawn.ts";
import { element } from "./element.ts";
import { parquetOf } from "./parquet.ts";
import { QuickChart } from "./quick-chart.ts";
import { resultTable, SHOWN } from "./sql-result.ts";

/** The answer of a query: how much there is, a chart, a table, and files of all of it. */
export class SqlAnswer {
  readonly status = element("p", { class: "tally", id: "sql-status", role: "status" });
  readonly files = element("span", { class: "exports", hidden: true });
  readonly table = element("div", {
    class: "scroll",
    tabindex: 0,
    role: "region",
    "aria-label": "Result",
    hidden: true,
  });
  readonly chart: QuickChart;
  #result: QueryRows | undefined;

  constructor(context: Context) {
    this.chart = new QuickChart(context);
    const button = (
      id: string,
      label: string,
      make: (result: QueryRows) => BlobPart | Promise<BlobPart>,
    ): HTMLElement => {
      const save = async (): Promise<void> => {
        if (this.#result) download(new Blob([await make(this.#result)]), `gradstream.${id}`);
      };
      return element("button", { type: "button", id, onclick: () => void save() }, label);
    };
    this.files.append(button("csv", "Download CSV", csvOf), button("parquet", "Download Parquet", parquetOf));
  }

  update(context: Context): void {
    this.chart.update(context);
  }

  drawn(): DrawnItem[] {
    return this.chart.drawn();
  }

  running(): void {
    this.status.textContent = "Running…";
  }

  show(result: QueryRows): void {
    this.#result = result;
    const { rows, truncated, ms } = result;
    this.table.hidden = this.files.hidden = false;
    const count = counted(rows.length, "row");
    const cut = truncated ? `the first ${count}; the server gives no more, the command gives all` : count;
    const shown = rows.length > SHOWN ? `, ${formatWhole(SHOWN)} shown, all in the files` : "";
    this.status.textContent = `${cut}${shown}, ${formatWhole(ms)} ms`;
    this.table.replaceChildren(resultTable(result));
    this.chart.show(result);
  }

  fail(): void {
    this.status.textContent = "Failed";
    this.table.hidden = this.files.hidden = true;
    this.chart.show(undefined);
  }
}
