import type { RunState } from "../../feed/client/index.ts";
import { PLACES } from "../../view/palette.ts";
import type { Curve } from "./curve.ts";
import { element } from "./element.ts";
import { swatch } from "./legend.ts";
import { urlState } from "./url-state.ts";

const NUMERIC = new Set(["Steps/s", "Time", "Final loss", "Final train acc.", "Test acc."]);

/** A row of the table of runs, and what of it changes. */
export interface RunRow {
  readonly node: HTMLElement;
  readonly texts: readonly HTMLElement[];
  readonly bar: HTMLProgressElement;
  readonly state: HTMLElement;
}

/** Makes the row of a run, empty but for its sign. */
export function makeRow(run: RunState, curve: Curve, columns: readonly string[]): RunRow {
  const node = element("tr", { role: "row", class: `place-${curve.place % PLACES}`, "data-run": run.runId });
  const bar = element("progress", { max: run.steps, "aria-label": `Steps of ${run.arm}, seed ${run.seed}` });
  const state = element("span", { class: "status" });
  const texts = columns.map((name) => {
    const text = element("span");
    const isHead = name === "Arm";
    const cell = element(isHead ? "th" : "td", {
      role: isHead ? "rowheader" : "cell",
      class: NUMERIC.has(name) && "number",
      "data-label": isHead ? undefined : name,
    });
    if (isHead) cell.append(element("span", { class: "named" }, swatch(curve), text));
    else if (name === "Steps") cell.append(element("span", { class: "progress" }, bar, text));
    else if (name === "State") {
      state.append(element("span", { class: "dot" }), text);
      cell.append(state);
    } else cell.append(text);
    node.append(cell);
    return text;
  });
  return { node, texts, bar, state };
}

/** Makes the head of a column, which puts the rows in order when it is pressed: up, down, as they were. */
export function header(name: string, sorted: "up" | "down" | ""): HTMLElement {
  const next = sorted === "" ? name : sorted === "up" ? `-${name}` : "";
  const sign = { up: " ↑", down: " ↓", "": "" }[sorted];
  const press = (): void => urlState.set({ sort: next }, { replace: true });
  const button = element("button", { type: "button", class: "sort", onclick: press }, name + sign);
  return element(
    "th",
    {
      role: "columnheader",
      scope: "col",
      class: NUMERIC.has(name) && "number",
      "aria-sort": sorted === "" ? undefined : sorted === "up" ? "ascending" : "descending",
    },
    button,
  );
}
