import { element } from "./element.ts";
import type { RunColumn } from "./run-columns.ts";
import { isNumeric } from "./run-row.ts";
import { urlState } from "./url-state.ts";

/** Makes the head of a column, which puts the rows in order when it is pressed: up, down, as they were. */
export function runColumnHead(column: RunColumn, sorted: "up" | "down" | ""): HTMLElement {
  const { name } = column;
  const next = sorted === "" ? name : sorted === "up" ? `-${name}` : "";
  const sign = { up: " ↑", down: " ↓", "": "" }[sorted];
  const press = (): void => urlState.set({ sort: next }, { replace: true });
  const button = element("button", { type: "button", class: "sort", "data-key": name, onclick: press }, name + sign);
  return element(
    "th",
    {
      role: "columnheader",
      scope: "col",
      class: isNumeric(column) && "number",
      "aria-sort": sorted === "" ? undefined : sorted === "up" ? "ascending" : "descending",
    },
    button,
  );
}
