// The verdict on each claim of the papers, with the number that decided it.

import { grouped } from "../../view/grouped.ts";
import { claimsSentence } from "../../view/claims-sentence.ts";
import { formatNumber } from "../../view/numbers.ts";
import { claimRows, type ClaimRow, CLAIMS_SQL, type FiledVerdict } from "./claim-rows.ts";
import type { Context, Part } from "./context.ts";
import { element } from "./element.ts";
import { emphasized } from "./emphasized.ts";
import { setText } from "./legend.ts";
import { namedRows } from "./named-rows.ts";
import { paperCatalogue, type PaperCatalogue } from "./paper-catalogue.ts";
import { Refresher } from "./refresher.ts";

const COLUMNS = ["Claim", "What it says", "Verdict", "Measured", "Threshold", "Paper"];
const MARKS: Readonly<Record<string, string>> = {
  reproduced: "good",
  "not reproduced": "bad",
  "not testable": "open",
  "not judged yet": "none",
};

export class ClaimList implements Part {
  readonly node: HTMLElement;
  readonly #answer = element("p", { class: "answer", role: "status" });
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
      this.#answer,
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
      const [{ papers }, answer] = await Promise.all([paperCatalogue(), this.#feed.query(CLAIMS_SQL)]);
      this.#show(papers, namedRows<FiledVerdict>(answer));
    } catch (error) {
      this.#body.replaceChildren();
      this.#summary.textContent = `The verdicts could not be read: ${(error as Error).message}`;
    }
  }

  #show(papers: PaperCatalogue["papers"], filed: readonly FiledVerdict[]): void {
    const all = claimRows(papers, filed);
    setText(this.#answer, claimsSentence(all.map(({ judged }) => judged.verdict)));
    this.#body.replaceChildren(...all.map((row) => claimRow(row, papers.length > 1)));
    const tally = grouped(all, ({ judged }) => judged.verdict);
    this.#summary.textContent = [...tally].map(([verdict, group]) => `${group.length} ${verdict}`).join(", ");
  }
}

function claimRow({ paper, statement, judged }: ClaimRow, several: boolean): HTMLElement {
  const { claim_id: id, scale, verdict, measured, threshold, paper_value: theirs, detail } = judged;
  const more = [several ? paper.title : "", scale].filter((text) => text !== "").join(", ");
  const cell = (label: string, ...children: HTMLElement[]): HTMLElement =>
    element("td", { role: "cell", "data-label": label }, ...children);
  const number = (label: string, value: number | null): HTMLElement =>
    element("td", { role: "cell", class: "number", "data-label": label }, formatNumber(value));
  return element(
    "tr",
    { role: "row", "data-claim": id, "data-paper": paper.name, "data-scale": scale },
    element(
      "th",
      { role: "rowheader" },
      more ? `${id} ` : id,
      more ? element("span", { class: "more" }, more) : undefined,
    ),
    cell(
      "What it says",
      element("span", {}, statement),
      ...(detail ? [element("span", { class: "detail" }, detail)] : []),
    ),
    cell("Verdict", element("span", { class: `verdict ${MARKS[verdict] ?? "none"}` }, verdict)),
    number("Measured", measured),
    number("Threshold", threshold),
    number("Paper", theirs),
  );
}
