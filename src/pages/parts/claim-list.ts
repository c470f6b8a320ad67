// The verdict on each claim of the paper, with the number that decided it.

import { grouped } from "../../view/grouped.ts";
import { formatNumber } from "../../view/numbers.ts";
import type { Context, Part } from "./context.ts";
import { element } from "./element.ts";
import { emphasized } from "./emphasized.ts";
import { paperCatalogue, type PaperCatalogue } from "./paper-catalogue.ts";
import { Refresher } from "./refresher.ts";

const COLUMNS = ["Claim", "What it says", "Verdict", "Measured", "Threshold", "Paper"];
const SQL = "SELECT claim_id, scale, verdict, measured, threshold, paper_value, detail FROM claim";
const MARKS: Readonly<Record<string, string>> = {
  reproduced: "good",
  "not reproduced": "bad",
  "not testable": "open",
  "not judged yet": "none",
};

type Maybe = number | null;
/** A row of its SQL. */
type Judged = readonly [id: string, scale: string, verdict: string, ...numbers: [Maybe, Maybe, Maybe], detail: string];

export class ClaimList implements Part {
  readonly node: HTMLElement;
  readonly #summary = element("p", { class: "tally", role: "status" });
  readonly #body = element("tbody", { role: "rowgroup" });
  readonly #refresher = new Refresher(() => void this.#read());
  readonly #feed: Context["feed"];

  constructor({ feed }: Context) {
    this.#feed = feed;
    const cells = COLUMNS.map((name, i) =>
      element("th", { role: "columnheader", scope: "col", class: i > 2 && "number" }, name),
    );
    const head = element("thead", { role: "rowgroup" }, element("tr", { role: "row" }, ...cells));
    const table = element("table", { role: "table", class: "claims" }, head, this.#body);
    this.node = element(
      "section",
      { class: "panel wide", "aria-labelledby": "claims-title", "data-panel": "claims" },
      element("div", { class: "panel-head" }, element("h2", { id: "claims-title" }, "Claims"), this.#summary),
      element(
        "p",
        { class: "what" },
        ...emphasized(
          "What the paper says, as a number with a threshold. **Reproduced is good**; not testable means that runs are missing or too short, and the reason is given. gradstream reproduce trains what is missing and judges.",
        ),
      ),
      element("div", { class: "scroll", tabindex: 0, role: "region", "aria-labelledby": "claims-title" }, table),
    );
  }

  update(context: Context): void {
    this.#refresher.update(context);
  }

  async #read(): Promise<void> {
    try {
      const [{ claims }, { rows }] = await Promise.all([paperCatalogue(), this.#feed.query(SQL)]);
      this.#show(claims, rows as unknown as readonly Judged[]);
    } catch (error) {
      this.#body.replaceChildren();
      this.#summary.textContent = `The verdicts could not be read: ${(error as Error).message}`;
    }
  }

  #show(claims: PaperCatalogue["claims"], rows: readonly Judged[]): void {
    const judged = grouped(rows, ([id]) => id);
    const all = claims.flatMap(({ id, statement }) => {
      const none: Judged = [id, "", "not judged yet", null, null, null, ""];
      return (judged.get(id) ?? [none]).map((row) => ({ statement, row }));
    });
    this.#body.replaceChildren(...all.map(({ statement, row }) => claimRow(statement, row)));
    const tally = grouped(all, ({ row }) => row[2]);
    this.#summary.textContent = [...tally].map(([verdict, group]) => `${group.length} ${verdict}`).join(", ");
  }
}

function claimRow(statement: string, [id, scale, verdict, measured, threshold, paper, detail]: Judged): HTMLElement {
  const cell = (label: string, ...children: HTMLElement[]): HTMLElement =>
    element("td", { role: "cell", "data-label": label }, ...children);
  const number = (label: string, value: Maybe): HTMLElement =>
    element("td", { role: "cell", class: "number", "data-label": label }, formatNumber(value));
  return element(
    "tr",
    { role: "row", "data-claim": id, "data-scale": scale },
    element(
      "th",
      { role: "rowheader" },
      scale ? `${id} ` : id,
      scale ? element("span", { class: "more" }, scale) : undefined,
    ),
    cell(
      "What it says",
      element("span", {}, statement),
      ...(detail ? [element("span", { class: "detail" }, detail)] : []),
    ),
    cell("Verdict", element("span", { class: `verdict ${MARKS[verdict] ?? "none"}` }, verdict)),
    number("Measured", measured),
    number("Threshold", threshold),
    number("Paper", paper),
  );
}
