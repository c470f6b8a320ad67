// Which classes are taken for which: a table where they are few, else a list of the commonest confusions.

import { formatWhole } from "../../view/numbers.ts";
import { element } from "./element.ts";
import { commonConfusions, type SamplesFound } from "./sample-records.ts";

/** Most classes of a table. */
const MOST = 20;
const COMMONEST = 10;

/** Makes the confusion matrix; `nameOf` names classes. */
export function confusion(found: SamplesFound, nameOf: (label: number) => string): HTMLElement {
  return found.classes > MOST ? commonest(found, nameOf) : matrix(found, nameOf);
}

function matrix({ confusion: counts, classes }: SamplesFound, nameOf: (label: number) => string): HTMLElement {
  const all = Array.from({ length: classes }, (_, label) => label);
  const head = all.map((label) => element("th", { scope: "col" }, nameOf(label)));
  const rows = all.map((label) => {
    const own = counts.slice(label * classes, (label + 1) * classes);
    const sum = own.reduce((total, count) => total + count, 0);
    const cells = own.map((count, prediction) => {
      const cell = element("td", { class: prediction === label && "right" }, formatWhole(count));
      cell.style.setProperty("--share", String(sum === 0 ? 0 : count / sum));
      return cell;
    });
    return element("tr", {}, element("th", { scope: "row" }, nameOf(label)), ...cells);
  });
  return element(
    "table",
    { class: "confusion" },
    element("caption", {}, "Rows are labels, columns what they are taken for"),
    element("thead", {}, element("tr", {}, element("td", {}), ...head)),
    element("tbody", {}, ...rows),
  );
}

function commonest(found: SamplesFound, nameOf: (label: number) => string): HTMLElement {
  const items = commonConfusions(found, COMMONEST).map(({ label, prediction, count }) =>
    element("li", {}, `${nameOf(label)} taken for ${nameOf(prediction)}: ${formatWhole(count)}`),
  );
  return element("ol", { class: "confusions", "aria-label": "Commonest confusions" }, ...items);
}
