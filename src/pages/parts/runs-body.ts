// The rows of the table of runs that are in the document: made when they are first seen, kept, and only their text changed.

import { stepsDone } from "../../view/steps-done.ts";
import type { Context } from "./context.ts";
import { element } from "./element.ts";
import { setText } from "./legend.ts";
import type { ListedRow } from "./listed-rows.ts";
import { commandsFor } from "./run-cells.ts";
import type { RunColumn } from "./run-columns.ts";
import { differenceText, groupCell, meanOverRuns } from "./run-groups.ts";
import { makeRunRow, type RunRow } from "./run-row.ts";
import { makeRunSheet, type RunSheet } from "./run-sheet.ts";

interface KeptRow {
  readonly row: RunRow;
  /** What it was made from. */
  readonly stamp: string;
  sheet?: RunSheet;
}

/** What rows are drawn with. */
interface Drawing {
  readonly context: Context;
  readonly columns: readonly RunColumn[];
  readonly mayControl: boolean;
  /** Of trials that wait, below the others. */
  readonly waiting: readonly RunRow[];
  readonly hidden: ReadonlySet<string>;
}

export class RunsBody {
  readonly node = element("tbody", { role: "rowgroup", id: "runs-body" });
  readonly #onUnfold: () => void;
  #kept = new Map<string, KeptRow>();
  readonly #open = new Set<string>();
  /** What was opened last, until it has been seen. */
  #opened: string | undefined;
  #placed: readonly HTMLElement[] = [];

  /** `onUnfold` is called when a row was unfolded or folded. */
  constructor(onUnfold: () => void) {
    this.#onUnfold = onUnfold;
  }

  readonly isOpen = (key: string): boolean => this.#open.has(key);

  /** Shows these rows, in this order; rows of others are let go. */
  show(rows: readonly ListedRow[], drawing: Drawing): void {
    const base = rows.find(({ isPinned }) => isPinned);
    const kept = new Map<string, KeptRow>();
    const nodes = rows.flatMap((listed) => {
      const one = this.#keptRow(listed, drawing);
      kept.set(listed.key, one);
      this.#draw(one, listed, base, drawing);
      return one.sheet ? [one.row.node, one.sheet.node] : [one.row.node];
    });
    this.#kept = kept;
    const all = [...nodes, ...drawing.waiting.map(({ node }) => node)];
    if (all.length === this.#placed.length && all.every((node, i) => node === this.#placed[i])) return;
    this.#placed = all;
    const focused = document.activeElement;
    this.node.replaceChildren(...all);
    if (focused instanceof HTMLElement && this.node.contains(focused)) focused.focus({ preventScroll: true });
    kept.get(this.#opened ?? "")?.sheet?.node.scrollIntoView({ block: "nearest" });
    this.#opened = undefined;
  }

  #keptRow(listed: ListedRow, { context, columns }: Drawing): KeptRow {
    const { key, group, one } = listed;
    const { run } = group.members[0]!;
    const curve = context.selection.curveOf.get(run.runId);
    const members = one ? 0 : group.members.map((member) => member.run.runId);
    const stamp = JSON.stringify([columns.map(({ name }) => name), curve?.place, curve?.dash, members]);
    const known = this.#kept.get(key);
    if (known?.stamp === stamp) return known;
    const name = one ? `${run.arm}, seed ${run.seed}` : `${run.arm}, ${group.members.length} runs`;
    const onUnfold = (): void => {
      this.#opened = this.#open.delete(key) ? undefined : key;
      if (this.#opened !== undefined) this.#open.add(key);
      this.#onUnfold();
    };
    const { arm, steps, runId } = run;
    const made = makeRunRow(context.feed, { arm, steps, name, onUnfold, ...(one && { runId }) }, curve, columns);
    // What is being written in the sheet of a run stays when columns come and go.
    return { row: made, stamp, ...(one && known?.sheet && { sheet: known.sheet }) };
  }

  #draw(kept: KeptRow, listed: ListedRow, base: ListedRow | undefined, drawing: Drawing): void {
    const { row } = kept;
    const { group, one, isPinned, isMember, key } = listed;
    const { context, columns, mayControl, hidden } = drawing;
    columns.forEach((column, i) => {
      const cell = row.cells[i]!;
      const { text, range } = one ? { text: column.textOf(one), range: "" } : groupCell(group, column);
      setText(cell.text, text.replace(" %", "\u00a0%"));
      setText(cell.range, range);
      const isCompared = base !== undefined && !isPinned;
      setText(
        cell.difference,
        isCompared
          ? differenceText(meanOverRuns(group.members, column), meanOverRuns(base.group.members, column), column)
          : "",
      );
    });
    const [first] = group.members;
    const done = group.members.reduce((sum, { run }) => sum + stepsDone(run), 0) / group.members.length;
    if (row.bar.value !== done) row.bar.value = done;
    row.state.className = `status status-${alike(group.members.map(({ run }) => run.status))}`;
    row.controls.offer(mayControl && one ? commandsFor(one.run) : {});
    row.node.classList.toggle("pinned", isPinned);
    row.node.classList.toggle("member", isMember);
    row.node.classList.toggle("away", hidden.has(first!.run.runId));
    const isOpen = this.#open.has(key);
    row.unfold!.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) (kept.sheet ??= makeRunSheet(context, listed)).show(listed, context.connection, columns.length);
    else delete kept.sheet;
  }
}

/** The one value that all have, else "several". */
const alike = (values: readonly string[]): string => (new Set(values).size === 1 ? values[0]! : "several");
