// The verdict on each claim of the paper, with the number that decided it.

import { grouped } from "/view/grouped.js";
import { element } from "./element.js";
import { paperCatalogue } from "./paper-catalogue.js";
import { emphasized } from "./panel.js";
import { Refresher } from "./refresher.js";
import { formatNumber } from "/view/numbers.js";

const COLUMNS = ["Claim", "What it says", "Verdict", "Measured", "Threshold", "Paper"];
const SQL = "SELECT claim_id, scale, verdict, measured, threshold, paper_value, detail FROM claim";
const MARKS = { reproduced: "good", "not reproduced": "bad", "not testable": "open", "not judged yet": "none" };

export class ClaimList {
  constructor({ feed }) {
    this.feed = feed;
    this.summary = element("p", { class: "tally", role: "status" });
    this.body = element("tbody", { role: "rowgroup" });
    const head = element(
      "tr",
      { role: "row" },
      ...COLUMNS.map((name) =>
        element("th", { role: "columnheader", scope: "col", class: COLUMNS.indexOf(name) > 2 && "number" }, name),
      ),
    );
    const table = element(
      "table",
      { role: "table", class: "claims" },
      element("thead", { role: "rowgroup" }, head),
      this.body,
    );
    this.node = element(
      "section",
      { class: "panel wide", "aria-labelledby": "claims-title", "data-panel": "claims" },
      element("div", { class: "panel-head" }, element("h2", { id: "claims-title" }, "Claims"), this.summary),
      element(
        "p",
        { class: "what" },
        ...emphasized(
          "What the paper says, as a number with a threshold. **Reproduced is good**; not testable means that runs are missing or too short, and the reason is given. gradstream reproduce trains what is missing and judges.",
        ),
      ),
      element("div", { class: "scroll", tabindex: 0, role: "region", "aria-labelledby": "claims-title" }, table),
    );
    this.refresher = new Refresher(() => void this.#read());
  }

  update(context) {
    this.refresher.update(context);
  }

  async #read() {
    try {
      const [{ claims }, { rows }] = await Promise.all([paperCatalogue(), this.feed.query(SQL)]);
      this.#show(claims, rows);
    } catch (error) {
      this.body.replaceChildren();
      this.summary.textContent = `The verdicts could not be read: ${error.message}`;
    }
  }

  #show(claims, rows) {
    const judged = grouped(rows, ([id]) => id);
    const all = claims.flatMap(({ id, statement }) =>
      (judged.get(id) ?? [[id, "", "not judged yet", null, null, null, ""]]).map((row) => ({ statement, row })),
    );
    this.body.replaceChildren(...all.map(({ statement, row }) => claimRow(statement, row)));
    const tally = grouped(all, ({ row }) => row[2]);
    this.summary.textContent = [...tally].map(([verdict, group]) => `${group.length} ${verdict}`).join(", ");
  }
}

function claimRow(statement, [id, scale, verdict, measured, threshold, paper, detail]) {
  const cell = (label, ...children) => element("td", { role: "cell", "data-label": label }, ...children);
  const number = (label, value) =>
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
      detail ? element("span", { class: "detail" }, detail) : undefined,
    ),
    cell("Verdict", element("span", { class: `verdict ${MARKS[verdict] ?? "none"}` }, verdict)),
    number("Measured", measured),
    number("Threshold", threshold),
    number("Paper", paper),
  );
}
