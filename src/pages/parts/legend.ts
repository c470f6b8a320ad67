// The numbers of a chart as text: under the cursor, else the latest. It is the chart's text alternative.

import { grouped } from "../../view/grouped.ts";
import { CROSS } from "../../view/line-style.ts";
import { PLACES, stepColour } from "../../view/palette.ts";
import { indexAt } from "../../view/points.ts";
import type { Content, Line } from "./content.ts";
import type { Curve } from "./curve.ts";
import { element } from "./element.ts";

/** More curves than this are counted, not listed. */
const MOST = 12;

export type FormatNumber = (value: number | undefined) => string;

interface LegendOptions {
  readonly format: FormatNumber;
  readonly formatX: FormatNumber;
  readonly xName: string;
}

export class Legend {
  readonly node: HTMLElement;
  readonly #options: LegendOptions;
  readonly #at = element("li", { class: "at" });
  #rows: { readonly value: HTMLElement; readonly more: HTMLElement }[] = [];
  #key = "";

  constructor(options: LegendOptions) {
    this.#options = options;
    this.node = element("ul", { class: "legend" }, this.#at);
  }

  /** Shows a chart's lines, or, where it can `describe(x)`, that; `x` under the cursor or undefined. */
  show({ lines = [], describe }: Content, x: number | undefined): void {
    const entries = grouped(
      lines.filter(({ kind }) => kind === "line" || kind === "dots"),
      ({ curve }) => curve,
    );
    const listed = [...entries].slice(0, MOST);
    const rest = [
      ...(entries.size > listed.length ? [`and ${entries.size - listed.length} more`] : []),
      ...(lines.some(({ kind }) => kind === "cross") ? [CROSS.key] : []),
    ];
    const key = JSON.stringify([listed.map(([{ name }]) => name), rest]);
    const curves = listed.map(([curve]) => curve);
    if (key !== this.#key) this.#build(key, curves, rest);
    const { formatX, xName } = this.#options;
    const latest = lines.some(({ kind }) => kind === "raw") ? "Latest running mean" : "Latest";
    const when = x === undefined ? latest : `At ${xName} ${formatX(x)}`;
    setText(this.#at, describe ? `${when}: ${describe(x)}` : when);
    listed.forEach(([, mine], i) => {
      const [value, more] = describe ? ["", ""] : this.#numbers(mine, x);
      setText(this.#rows[i]!.value, value);
      setText(this.#rows[i]!.more, more);
    });
  }

  #build(key: string, curves: readonly Curve[], rest: readonly string[]): void {
    this.#key = key;
    const rows = curves.map((curve) => {
      const [value, more] = [element("b"), element("span", { class: "more" })];
      return { item: element("li", {}, swatch(curve), element("span", {}, curve.name), value, more), value, more };
    });
    this.#rows = rows;
    const said = rest.map((text) => element("li", { class: "more" }, text));
    this.node.replaceChildren(this.#at, ...rows.map(({ item }) => item), ...said);
  }

  #numbers(lines: readonly Line[], x: number | undefined): [value: string, more: string] {
    const { format } = this.#options;
    const strong = lines.filter(({ kind }) => kind === "line");
    const dots = lines.filter(({ kind }) => kind === "dots");
    const main = strong.length > 0 ? strong : dots;
    if (strong[0]?.thin && strong[0].low) {
      const lower = main.filter((_, i) => i % 2 === 0);
      return [`${format(meanOf(lower, x, "low"))} to ${format(meanOf(lower, x, "high"))}`, ""];
    }
    const range =
      main.length === 1 && main[0]!.low ? (["low", "high"] as const).map((side) => valueAt(main[0]!, x, side)) : [];
    const parts = [
      ...(range[1] !== undefined && !range.some(Number.isNaN) ? [`${format(range[0])} to ${format(range[1])}`] : []),
      ...(main.length > 1 ? [`mean of ${main.length} ${main[0]!.curve.steps ? "steps" : "runs"}`] : []),
      ...(strong.length > 0 && dots.length > 0 ? [`test ${format(meanOf(dots, x))}`] : []),
    ];
    return [format(meanOf(main, x)), parts.join(", ")];
  }
}

/** Makes the key to a curve: its colour and dash. */
export function swatch({ place, dash, paper, steps }: Curve): HTMLElement {
  const dashes = paper ? "paper" : String(dash % PLACES);
  const node = element("span", { class: `swatch place-${place % PLACES} dash-${dashes}`, "aria-hidden": "true" });
  if (steps) node.style.background = `linear-gradient(to right, ${stepColour(0)}, ${stepColour(1)})`;
  if (steps && paper) node.style.maskImage = "repeating-linear-gradient(90deg, #000 0 5px, transparent 5px 8px)";
  return node;
}

type LegendColumn = "y" | "low" | "high";

function meanOf(lines: readonly Line[], x: number | undefined, column: LegendColumn = "y"): number | undefined {
  const values = lines.map((line) => valueAt(line, x, column)).filter((value) => value !== undefined);
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Returns the value at or last before x; without x the last. */
function valueAt(line: Line, x: number | undefined, column: LegendColumn = "y"): number | undefined {
  const end = x === undefined ? line.length : indexAt(line, x + 1e-9 * Math.abs(x));
  const exact = end < line.length && line.x[end] === x ? end : end - 1;
  return exact < 0 ? undefined : line[column]?.[exact];
}

/** Sets the text of a node, only where it is another. */
export function setText(node: HTMLElement, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}
