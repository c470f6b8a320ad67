// The numbers of a chart as text: under the cursor, else the latest. It is the chart's text alternative.

import { grouped } from "/view/grouped.js";
import { element } from "./element.js";
import { indexAt } from "/view/points.js";

/** More curves than this are counted, not listed. */
const MOST = 12;

export class Legend {
  #rows = [];
  #key = "";

  constructor({ format, formatX, xName }) {
    Object.assign(this, { format, formatX, xName });
    this.at = element("li", { class: "at" });
    this.node = element("ul", { class: "legend" }, this.at);
  }

  /** What a chart shows: its lines, or, where it can `describe(x)`, that; `x` under the cursor or undefined. */
  show({ lines = [], describe }, x) {
    const entries = grouped(
      lines.filter(({ kind }) => kind === "line" || kind === "dots"),
      ({ curve }) => curve,
    );
    const curves = [...entries.keys()].slice(0, MOST);
    const key = JSON.stringify([curves.map(({ name }) => name), entries.size]);
    if (key !== this.#key) this.#build(key, curves, entries.size - curves.length);
    const when = x === undefined ? "Latest" : `At ${this.xName} ${this.formatX(x)}`;
    setText(this.at, describe ? `${when}: ${describe(x)}` : when);
    curves.forEach((curve, i) => {
      const mine = entries.get(curve);
      const [value, more] = this.#numbers(mine, x);
      setText(this.#rows[i].value, value);
      setText(this.#rows[i].more, more);
    });
  }

  #build(key, curves, left) {
    this.#key = key;
    this.#rows = curves.map((curve) => {
      const [value, more] = [element("b"), element("span", { class: "more" })];
      return { item: element("li", {}, swatch(curve), element("span", {}, curve.name), value, more), value, more };
    });
    const rest = left > 0 ? [element("li", { class: "more" }, `and ${left} more`)] : [];
    this.node.replaceChildren(this.at, ...this.#rows.map(({ item }) => item), ...rest);
  }

  #numbers(lines, x) {
    const strong = lines.filter(({ kind }) => kind === "line");
    const dots = lines.filter(({ kind }) => kind === "dots");
    const main = strong.length > 0 ? strong : dots;
    const [edge] = strong;
    if (edge?.thin) {
      const [low, high] = ["low", "high"].map((side) =>
        meanOf(
          main.filter((_, i) => i % 2 === 0),
          x,
          side,
        ),
      );
      return [`${this.format(low)} to ${this.format(high)}`, ""];
    }
    const range = main.length === 1 && main[0].low ? [valueAt(main[0], x, "low"), valueAt(main[0], x, "high")] : [];
    const parts = [
      ...(range[1] !== undefined ? [`${this.format(range[0])} to ${this.format(range[1])}`] : []),
      ...(main.length > 1 ? [`mean of ${main.length} runs`] : []),
      ...(strong.length > 0 && dots.length > 0 ? [`test ${this.format(meanOf(dots, x))}`] : []),
    ];
    return [this.format(meanOf(main, x)), parts.join(", ")];
  }
}

/** The key to a curve: its colour and dash. */
export function swatch(curve) {
  return element("span", { class: `swatch place-${curve.place % 8} dash-${curve.dash % 8}`, "aria-hidden": "true" });
}

function meanOf(lines, x, column) {
  const values = lines.map((line) => valueAt(line, x, column)).filter((value) => value !== undefined);
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The value at or last before x; without x the last. */
export function valueAt(line, x, column = "y") {
  const end = x === undefined ? line.length : indexAt(line, x + 1e-9 * Math.abs(x));
  const exact = end < line.length && line.x[end] === x ? end : end - 1;
  return exact < 0 ? undefined : line[column][exact];
}

export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
