import type { Context } from "./context.ts";
import { element } from "./element.ts";
import { setText } from "./legend.ts";
import type { RunFacts } from "./run-facts.ts";

/** What somebody says of a run: text, and fields where this page may change it. */
export interface NoteEditor {
  readonly node: HTMLElement;
  /** Shows what is said, unless it is being changed. */
  readonly show: (run: RunFacts["run"], connection: Context["connection"]) => void;
}

const tagsOf = (text: string): string[] => text.split(/[\s,]+/).filter((tag) => tag !== "");

/** Makes the fields for note and tags of a run. */
export function noteEditor({ feed }: Context, { runId, arm, seed }: RunFacts["run"]): NoteEditor {
  const of = `${arm}, seed ${seed}`;
  const note = element("textarea", { rows: 2, maxlength: 10_000, "aria-label": `Note on ${of}`, placeholder: "Note" });
  const tags = element("input", {
    type: "text",
    class: "find",
    "aria-label": `Tags of ${of}`,
    placeholder: "tags, good warm-up",
  });
  const save = element("button", { type: "button", "aria-label": `Save what is said of ${of}` }, "Save");
  const said = element("p", { class: "count", role: "status" });
  const shown = element("p", { class: "said" });
  const fields = element("div", { class: "note-fields" }, note, tags, save, said);
  let isChanged = false;
  const changed = (): void => {
    isChanged = true;
    setText(said, "not saved yet");
  };
  for (const field of [note, tags]) field.addEventListener("input", changed);
  save.addEventListener("click", () => {
    const sent = [note.value, tags.value];
    feed.control({ action: "note", run: runId, note: note.value, tags: tagsOf(tags.value) }).then(
      () => {
        if (note.value !== sent[0] || tags.value !== sent[1]) return;
        isChanged = false;
        setText(said, "saved");
      },
      (error: unknown) =>
        setText(said, error instanceof Error ? error.message.replace(/^control: /, "") : String(error)),
    );
  });
  const show: NoteEditor["show"] = (run, connection) => {
    const mayEdit = connection.state === "live" && connection.keeps;
    fields.hidden = !mayEdit;
    const list = run.tags ?? [];
    shown.hidden = mayEdit || (list.length === 0 && !run.note);
    setText(shown, [run.note, list.join(", ")].filter(Boolean).join(" · "));
    if (isChanged) return;
    if (note.value !== (run.note ?? "")) note.value = run.note ?? "";
    if (tagsOf(tags.value).join(" ") !== list.join(" ")) tags.value = list.join(" ");
  };
  return { node: element("div", { class: "note-editor" }, shown, fields), show };
}
