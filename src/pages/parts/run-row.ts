import type { Feed } from "../../feed/client/index.ts";
import { PLACES } from "../../view/palette.ts";
import type { Curve } from "./curve.ts";
import { element } from "./element.ts";
import { swatch } from "./legend.ts";
import type { RunColumn } from "./run-columns.ts";
import { type RunControls, runControls } from "./run-controls.ts";

/** A cell of a row: its text, the range or the difference behind it. */
interface RowCell {
  readonly text: HTMLElement;
  readonly range: HTMLElement;
  readonly difference: HTMLElement;
}

/** A row of the table of runs. */
export interface RunRow {
  readonly node: HTMLElement;
  /** Its cells, in the order of the columns. */
  readonly cells: readonly RowCell[];
  readonly bar: HTMLProgressElement;
  readonly state: HTMLElement;
  readonly controls: RunControls;
  /** Unfolds it; undefined where there is nothing more. */
  readonly unfold: HTMLElement | undefined;
}

/** What a row is of: runs of one arm, or a trial that is queued. */
interface RowOf {
  readonly arm: string;
  readonly steps: number;
  /** What those hear who do not see it. */
  readonly name: string;
  readonly runId?: string;
  /** Default: it does not unfold. */
  readonly onUnfold?: () => void;
}

/** Makes a row; `curve` is that of its arm, where it is drawn. */
export function makeRunRow(
  feed: Feed,
  { steps, name, runId, onUnfold }: RowOf,
  curve: Curve | undefined,
  columns: readonly RunColumn[],
): RunRow {
  const place = curve ? `place-${curve.place % PLACES}` : "";
  const node = element("tr", { role: "row", class: onUnfold ? place : "queued", "data-run": runId });
  const bar = element("progress", { max: steps, "aria-label": `Steps of ${name}` });
  const state = element("span", { class: "status" });
  const controls = runControls(feed, name);
  const unfold = onUnfold && unfoldButton(name, onUnfold);
  const cells = columns.map((column): RowCell => {
    const [text, range, difference] = [
      element("span"),
      element("span", { class: "range" }),
      element("span", { class: "difference" }),
    ];
    const isHead = column.name === "Arm";
    const cell = element(isHead ? "th" : "td", {
      role: isHead ? "rowheader" : "cell",
      class: isNumeric(column) && "number",
      "data-label": isHead ? undefined : column.name,
    });
    if (isHead) cell.append(element("span", { class: "named" }, unfold, curve && swatch(curve), text));
    else if (column.name === "Steps") cell.append(element("span", { class: "progress" }, bar, text), difference);
    else if (column.name === "State") {
      state.append(element("span", { class: "dot" }), text);
      cell.append(state, controls.node);
    } else cell.append(text, range, difference);
    node.append(cell);
    return { text, range, difference };
  });
  return { node, cells, bar, state, controls, unfold };
}

/** Tells whether numbers stand in a column, one below the other. */
export const isNumeric = ({ name, format }: RunColumn): boolean => format !== undefined && name !== "Steps";

function unfoldButton(name: string, onUnfold: () => void): HTMLElement {
  return element("button", {
    type: "button",
    class: "unfold",
    "aria-expanded": "false",
    "aria-label": `More of ${name}`,
    onclick: onUnfold,
  });
}
