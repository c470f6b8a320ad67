// Where SQL is written: colours, completion, the place of a mistake.

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, syntaxHighlighting } from "@codemirror/language";
import { setDiagnostics } from "@codemirror/lint";
import { Compartment, EditorState } from "@codemirror/state";
import { drawSelection, EditorView, keymap, lineNumbers } from "@codemirror/view";
import { element } from "./element.ts";
import { duckdbLanguage, editorTheme, highlights } from "./sql-language.ts";
import type { TableColumns } from "./sql-tables.ts";

/** What is wrong, where, and what may have been meant. */
export interface Mistake {
  readonly message: string;
  /** Characters before it. */
  readonly position: number | undefined;
  readonly candidates: readonly string[];
}

export class SqlEditor {
  readonly node: HTMLElement = element("div", { class: "sql-editor", id: "sql" });
  readonly #language = new Compartment();
  readonly #view: EditorView;

  /** `submit` is called by Ctrl-Enter. Tab leaves the editor, for those who have no pointer. */
  constructor(submit: () => void) {
    const run = (): boolean => {
      submit();
      return true;
    };
    // The page's content policy lets no style element in: a shadow root takes sheets as objects.
    const root = this.node.attachShadow({ mode: "open" });
    this.#view = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        extensions: [
          keymap.of([{ key: "Mod-Enter", run }]),
          lineNumbers(),
          history(),
          drawSelection(),
          bracketMatching(),
          closeBrackets(),
          autocompletion({ icons: false }),
          keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap]),
          this.#language.of(duckdbLanguage([])),
          syntaxHighlighting(highlights),
          editorTheme,
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ "aria-label": "SQL", autocapitalize: "off", spellcheck: "false" }),
        ],
      }),
    });
  }

  get text(): string {
    return this.#view.state.doc.toString();
  }

  set text(text: string) {
    if (text === this.text) return;
    this.#view.dispatch({ changes: { from: 0, to: this.#view.state.doc.length, insert: text } });
  }

  /** Names that can be completed. */
  set tables(tables: readonly TableColumns[]) {
    this.#view.dispatch({ effects: this.#language.reconfigure(duckdbLanguage(tables)) });
  }

  /** Puts a name in place of what is selected. */
  insert(name: string): void {
    this.#view.dispatch(this.#view.state.replaceSelection(name));
    this.#view.focus();
  }

  /** Underlines what is wrong, with the names that may have been meant as actions. */
  mark({ message, position, candidates }: Mistake): void {
    if (position === undefined) return;
    const { from, to } = this.#wordAt(position);
    const actions = candidates.map((name) => ({ name, apply: () => this.replace(position, name) }));
    const diagnostic = { from, to, severity: "error" as const, message, actions };
    this.#view.dispatch(setDiagnostics(this.#view.state, [diagnostic]));
  }

  unmark(): void {
    this.#view.dispatch(setDiagnostics(this.#view.state, []));
  }

  /** Puts a name in place of the word at a place. */
  replace(position: number, name: string): void {
    const { from, to } = this.#wordAt(position);
    const insert = /^[a-z_]\w*$/i.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
    this.#view.dispatch({ changes: { from, to, insert }, selection: { anchor: from + insert.length } });
    this.#view.focus();
  }

  /** The name that begins at a place; of `curve.los`, what comes after the point. */
  #wordAt(position: number): { readonly from: number; readonly to: number } {
    const text = this.text.slice(position);
    const [before = ""] = /^(?:(?:\w+|"[^"]*")\.)+/.exec(text) ?? [];
    const from = Math.min(position + before.length, this.text.length);
    const [word = ""] = /^(?:"[^"]*"|\w+|.)/s.exec(text.slice(before.length)) ?? [];
    return { from: word === "" ? Math.max(0, from - 1) : from, to: from + word.length };
  }

  /** Line and column of a place, from 1. */
  placeOf(position: number): string {
    const line = this.#view.state.doc.lineAt(Math.min(position, this.#view.state.doc.length));
    return `line ${line.number}, column ${position - line.from + 1}`;
  }
}
