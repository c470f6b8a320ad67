import { counted, formatClock } from "../../view/numbers.ts";
import type { Context } from "./context.ts";
import { askToDelete } from "./delete-dialog.ts";
import { element } from "./element.ts";
import { hiddenRuns } from "./hidden-runs.ts";
import { setText } from "./legend.ts";
import { type ListedRow, pinOf } from "./listed-rows.ts";
import { noteEditor } from "./note-editor.ts";
import { settingText } from "./selection.ts";
import { urlState } from "./url-state.ts";

/** What unfolds below a row: what is known of it, and what can be done with it. */
export interface RunSheet {
  readonly node: HTMLElement;
  /** Shows it as it stands; `columns` is how many a row has. */
  readonly show: (row: ListedRow, connection: Context["connection"], columns: number) => void;
}

/** Makes the sheet of a row. */
export function makeRunSheet(context: Context, row: ListedRow): RunSheet {
  const ids = row.group.members.map(({ run }) => run.runId);
  const button = (onclick: () => void): HTMLElement => element("button", { type: "button", class: "quiet", onclick });
  const pin = button(() => urlState.set({ pin: pin.dataset["pin"] }, { replace: true }));
  const hide = button(() => (hiddenRuns.all.has(ids[0]!) ? hiddenRuns.remove(ids) : hiddenRuns.add(ids)));
  const one = row.one?.run;
  const remove = button(() => one && askToDelete(context.feed, one, focusTable));
  setText(remove, "Delete this run…");
  const notes = row.one && noteEditor(context, row.one.run);
  const body = element(
    "div",
    { class: "sheet" },
    row.one && factsOf(row),
    notes?.node,
    element("div", { class: "actions" }, pin, hide, remove),
  );
  const cell = element("td", { role: "cell" }, body);
  const show: RunSheet["show"] = (now, connection, columns) => {
    cell.colSpan = columns;
    remove.hidden = !(now.one && connection.state === "live" && connection.keeps);
    if (now.one) notes?.show(now.one.run, connection);
    pin.dataset["pin"] = now.isPinned ? "" : pinOf(now);
    setText(pin, now.isPinned ? "No longer compare with it" : "Compare others with it");
    const what = row.one ? "this run" : counted(ids.length, "run");
    setText(hide, hiddenRuns.all.has(ids[0]!) ? `Show ${what} again` : `Hide ${what}`);
  };
  return { node: element("tr", { role: "row", class: "below" }, cell), show };
}

/** The row that had the focus is gone. */
function focusTable(): void {
  document.querySelector<HTMLElement>(".runs .scroll")?.focus({ preventScroll: true });
}

/** Lists what a run is besides its columns. */
function factsOf({ one }: ListedRow): HTMLElement {
  const { run } = one!;
  const facts = [
    ["Run", run.runId],
    ["Started", formatClock(run.startedAt)],
    ["Network", run.network],
    ["Data set", run.dataset],
    ["Backend", run.backend],
    ...Object.keys(run.hyper).map((key) => [key, settingText(run, key)] as const),
  ] as const;
  const filled = facts.filter(([, value]) => value !== "");
  return element(
    "dl",
    {},
    ...filled.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value))),
  );
}
