// Which columns the table of runs has: a list that unfolds. This browser keeps what was chosen.

import { element } from "./element.ts";
import { KeptNames } from "./kept-names.ts";
import type { OfferedColumn, RunColumn } from "./run-columns.ts";

/** Names of columns with + or - before them: those that are there, or are not, other than usually. */
const kept = new KeptNames("columns");

/** Lists the names of columns that were added, whether they are offered now or not. */
export const addedColumns = (): string[] =>
  [...kept.all].flatMap((name) => (name.startsWith("+") ? [name.slice(1)] : []));

const isChosen = ({ column: { name }, isUsual, isFixed }: OfferedColumn): boolean =>
  isFixed || (isUsual ? !kept.all.has(`-${name}`) : kept.all.has(`+${name}`));

/** Returns those of the columns that are there. */
export const chosenColumns = (offered: readonly OfferedColumn[]): RunColumn[] =>
  offered.filter(isChosen).map(({ column }) => column);

export class ColumnChoice {
  readonly node: HTMLDetailsElement;
  readonly #list = element("div", { class: "run-list" });
  #offered: readonly OfferedColumn[] = [];
  #key = "";

  /** `onOpen` is called when it is opened, `onChange` when other columns were chosen. */
  constructor(onOpen: () => void, onChange: () => void) {
    const usual = (): void => kept.keep([]);
    const reset = element("button", { type: "button", class: "quiet", onclick: usual }, "The usual ones");
    const summary = element("summary", {}, "Columns");
    const popover = element("div", { class: "popover" }, this.#list, reset);
    this.node = element("details", { class: "column-choice" }, summary, popover);
    this.node.addEventListener("toggle", () => {
      if (this.node.open) onOpen();
      this.#fill();
    });
    this.node.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.node.open) return;
      this.node.open = false;
      summary.focus();
    });
    document.addEventListener("pointerdown", (event) => {
      if (!this.node.contains(event.target as Node | null)) this.node.open = false;
    });
    kept.subscribe(() => {
      this.#fill();
      onChange();
    });
  }

  /** Offers these. */
  offer(offered: readonly OfferedColumn[]): void {
    this.#offered = offered;
    this.#fill();
  }

  #fill(): void {
    const free = this.#offered.filter(({ isFixed }) => !isFixed);
    const key = JSON.stringify([this.node.open, free.map((one) => [one.column.name, isChosen(one)])]);
    if (key === this.#key || !this.node.open) return;
    this.#key = key;
    const boxes = free.map((one) => {
      const { column, isUsual } = one;
      const box = element("input", { type: "checkbox" });
      box.checked = isChosen(one);
      box.addEventListener("change", () => {
        const mark = `${isUsual ? "-" : "+"}${column.name}`;
        if (box.checked === isUsual) kept.remove([mark]);
        else kept.add([mark]);
      });
      return element("label", {}, box, element("span", {}, column.name));
    });
    const focused = [...this.#list.querySelectorAll("input")].findIndex((one) => one === document.activeElement);
    this.#list.replaceChildren(...boxes);
    if (focused >= 0) this.#list.querySelectorAll("input")[focused]?.focus();
  }
}
