import { element } from "./element.ts";
import type { Mistake, SqlEditor } from "./sql-editor.ts";

/** What DuckDB says of a statement that it refuses, below the editor, with names to put in place. */
export class SqlComplaint {
  readonly node = element("div", { class: "sql-error", id: "sql-error", role: "alert", hidden: true });
  readonly #editor: SqlEditor;
  readonly #again: () => void;

  /** `again` is called when a name has been put in place. */
  constructor(editor: SqlEditor, again: () => void) {
    this.#editor = editor;
    this.#again = again;
  }

  show(mistake: Mistake): void {
    const { message, position, candidates } = mistake;
    const where = position === undefined ? "" : ` (${this.#editor.placeOf(position)})`;
    const buttons = position === undefined ? [] : candidates.map((name) => this.#offer(position, name));
    this.node.replaceChildren(
      element("span", {}, message + where),
      ...(buttons.length === 0 ? [] : [element("span", { class: "candidates" }, "Use ", ...buttons)]),
    );
    this.node.hidden = false;
    this.#editor.mark(mistake);
  }

  hide(): void {
    this.node.hidden = true;
    this.#editor.unmark();
  }

  #offer(position: number, name: string): HTMLElement {
    const use = (): void => {
      this.#editor.replace(position, name);
      this.#again();
    };
    return element("button", { type: "button", class: "quiet", "aria-label": `Use ${name}`, onclick: use }, name);
  }
}
