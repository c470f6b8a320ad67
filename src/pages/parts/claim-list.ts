// The verdict on each claim of the papers and of pipelines, with the number that decided it.

import { grouped } from "../../view/grouped.ts";
import { claimsAnswer } from "../../view/claims-sentence.ts";
import { claimRow } from "./claim-row.ts";
import { claimRows, CLAIMS_SQL, type FiledMeasure, type FiledVerdict, MEASURES_SQL } from "./claim-rows.ts";
import type { Context, Part } from "./context.ts";
import { element } from "./element.ts";
import { emphasized } from "./emphasized.ts";
import { setText } from "./legend.ts";
import { namedRows } from "./named-rows.ts";
import { paperCatalogue, type PaperCatalogue } from "./paper-catalogue.ts";
import { Refresher } from "./refresher.ts";

const COLUMNS = ["Claim", "What it says", "Verdict", "Measured", "Threshold", "Paper"];
export class ClaimList implements Part {
  readonly node: HTMLElement;
  readonly #answer = element("p", { class: "answer", role: "status" });
  readonly #summary = element("p", { class: "tally", role: "status" }, "Loading…");
  readonly #body = element("tbody", { role: "rowgroup" });
  readonly #refresher = new Refresher(() => this.#read());
  readonly #feed: Context["feed"];
  #key: string | undefined;

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
          "What the paper says, and what pipelines claim, as a number with a threshold. **Reproduced is good**; not testable means that runs are missing or too short, and the reason is given. gradstream reproduce trains what is missing and judges the paper’s claims, gradstream run those of a pipeline.",
        ),
      ),
      element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Table of claims" }, table),
    );
  }

  update(context: Context): void {
    this.#refresher.update(context);
  }

  async #read(): Promise<void> {
    try {
      const questions = [this.#feed.query(CLAIMS_SQL), this.#feed.query(MEASURES_SQL)] as const;
      const [{ papers }, verdicts, measures] = await Promise.all([paperCatalogue(), ...questions]);
      this.#show(papers, namedRows<FiledVerdict>(verdicts), namedRows<FiledMeasure>(measures));
    } catch (error) {
      const stays = this.#key === undefined ? "" : "; these were read before";
      this.#summary.textContent = `The verdicts could not be read: ${(error as Error).message}${stays}`;
    }
  }

  #show(papers: PaperCatalogue["papers"], filed: readonly FiledVerdict[], measures: readonly FiledMeasure[]): void {
    const all = claimRows(papers, filed, measures);
    const tally = grouped(all, ({ judged }) => judged.verdict);
    setText(this.#summary, [...tally].map(([verdict, group]) => `${group.length} ${verdict}`).join(", "));
    const key = JSON.stringify([filed, measures]);
    if (key === this.#key) return;
    this.#key = key;
    setText(this.#answer, claimsAnswer(all.map(({ judged }) => judged)));
    this.#body.replaceChildren(...all.map((row) => claimRow(row, papers.length > 1)));
  }
}
