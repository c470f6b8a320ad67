import type { Feed } from "../../feed/client/index.ts";
import { PLACES } from "../../view/palette.ts";
import type { Curve } from "./curve.ts";
import { element } from "./element.ts";
import { swatch } from "./legend.ts";
import { type RunControls, runControls } from "./run-controls.ts";
import { urlState } from "./url-state.ts";

const NUMERIC = new Set(["Steps/s", "Time", "Final loss", "Final train acc.", "Test acc."]);

/** A row of the table of runs. */
export interface RunRow {
  readonly node: HTMLElement;
  /** The texts of its cells, in the order of the columns. */
  readonly texts: readonly HTMLElement[];
  readonly bar: HTMLProgressElement;
  readonly state: HTMLElement;
  readonly controls: RunControls;
}

/** What a row is of: a run, or a trial that is queued. */
interface RowOf {
  readonly arm: string;
  readonly seed: number;
  readonly steps: number;
  readonly runId?: string;
}

/** Makes a row; `curve` is that of its arm, where it has one. */
export function makeRunRow(
  feed: Feed,
  { arm, seed, steps, runId }: RowOf,
  curve: Curve | undefined,
  columns: readonly string[],
): RunRow {
  const place = curve && `place-${curve.place % PLACES}`;
  const node = element("tr", { role: "row", class: place ?? "queued", "data-run": runId });
  const bar = element("progress", { max: steps, "aria-label": `Steps of ${arm}, seed ${seed}` });
  const state = element("span", { class: "status" });
  const controls = runControls(feed, `${arm}, seed ${seed}`);
  const texts = columns.map((name) => {
    const text = element("span");
    const isHead = name === "Arm";
    const cell = element(isHead ? "th" : "td", {
      role: isHead ? "rowheader" : "cell",
      class: NUMERIC.has(name) && "number",
      "data-label": isHead ? undefined : name,
    });
    if (isHead) cell.append(element("span", { class: "named" }, ...(curve ? [swatch(curve)] : []), text));
    else if (name === "Steps") cell.append(element("span", { class: "progress" }, bar, text));
    else if (name === "State") {
      state.append(element("span", { class: "dot" }), text);
      cell.append(state, controls.node);
    } else cell.append(text);
    node.append(cell);
    return text;
  });
  return { node, texts, bar, state, controls };
}

/** Makes the head of a column, which puts the rows in order when it is pressed: up, down, as they were. */
export function runColumn(name: string, sorted: "up" | "down" | ""): HTMLElement {
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
