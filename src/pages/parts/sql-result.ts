import type { QueryRows } from "../../feed/client/index.ts";
import { resultText } from "../../view/result-text.ts";
import { element } from "./element.ts";
import { isNumericType } from "../../view/numeric-type.ts";

/** Rows shown, at most. */
export const SHOWN = 500;

/** Makes a table of the first rows of a result. */
export function resultTable({ columns, rows }: QueryRows): HTMLElement {
  const numeric = columns.map(({ type }) => isNumericType(type));
  const head = columns.map(({ name, type }, i) =>
    element("th", { scope: "col", title: type, class: numeric[i] && "number" }, name),
  );
  const body = rows
    .slice(0, SHOWN)
    .map((row) =>
      element("tr", {}, ...row.map((value, i) => element("td", { class: numeric[i] && "number" }, resultText(value)))),
    );
  return element(
    "table",
    { class: "result" },
    element("thead", {}, element("tr", {}, ...head)),
    element("tbody", {}, ...body),
  );
}
