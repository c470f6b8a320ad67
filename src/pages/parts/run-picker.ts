// Which runs: a list that unfolds, newest settings first.

import type { RunState } from "../../feed/client/index.ts";
import { grouped } from "../../view/grouped.ts";
import { formatClock } from "../../view/numbers.ts";
import type { Selection } from "./context.ts";
import { element } from "./element.ts";
import { hiddenRuns } from "./hidden-runs.ts";
import { keepFocus } from "./keep-focus.ts";
import { setText } from "./legend.ts";
import { isFound } from "./run-terms.ts";
import { settingsKey, wordsApart } from "./selection.ts";
import { urlState } from "./url-state.ts";

const MOST = 300;

export class RunPicker {
  readonly node: HTMLDetailsElement;
  readonly #everything: boolean;
  readonly #summary = element("summary", {}, "Runs");
  readonly #list = element("div", { class: "run-list" });
  readonly #search = element("input", {
    type: "search",
    class: "find",
    placeholder: "batchNorm learningRate>=0.1",
    "aria-label": "Find among the runs to choose",
  });
  readonly #unhide = element("button", { type: "button", class: "quiet" }, "Show hidden ones");
  #boxes: readonly (readonly [runId: string, box: HTMLInputElement])[] = [];
  #selection: Selection | undefined;
  #key = "";

  /** `everything`: runs of all experiments may be chosen. */
  constructor(everything: boolean) {
    this.#everything = everything;
    const reset = element(
      "button",
      { type: "button", class: "quiet", onclick: () => urlState.set({ runs: [] }) },
      "Newest settings",
    );
    this.#unhide.addEventListener("click", () =>
      hiddenRuns.remove((this.#selection?.away ?? []).map(({ runId }) => runId)),
    );
    const popover = element("div", { class: "popover" }, this.#search, this.#list, reset, this.#unhide);
    this.node = element("details", { class: "run-picker" }, this.#summary, popover);
    this.node.addEventListener("toggle", () => this.#fill());
    this.#search.addEventListener("input", () => this.#fill());
    this.node.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.node.open) return;
      this.node.open = false;
      this.#summary.focus();
    });
    document.addEventListener("pointerdown", (event) => {
      if (!this.node.contains(event.target as Node | null)) this.node.open = false;
    });
  }

  update(selection: Selection): void {
    this.#selection = selection;
    const [shown, offered] = [selection.runs.length, this.#offered(selection).length];
    const hidden = selection.away.length;
    this.#unhide.hidden = hidden === 0;
    const text = `Runs: ${shown} of ${offered}${hidden > 0 ? `, ${hidden} hidden` : ""}`;
    setText(this.#summary, text);
    this.#summary.setAttribute("aria-label", `${text}; choose`);
    this.#fill();
  }

  #offered({ all, mine }: Selection): readonly RunState[] {
    return this.#everything ? all : mine;
  }

  #fill(): void {
    if (!this.node.open || !this.#selection) return;
    const found = this.#offered(this.#selection).filter((run) => isFound(run, this.#search.value.trim()));
    const offered = found.slice(0, MOST);
    const key = JSON.stringify(offered.map(({ runId, status }) => [runId, status]));
    if (key !== this.#key) {
      this.#key = key;
      const apart = wordsApart(offered);
      const groups = grouped(offered, (run) => JSON.stringify([run.experiment, settingsKey(run)]));
      const made = [...groups.values()].map((group) => this.#group(group, apart));
      keepFocus(this.#list, () => this.#list.replaceChildren(...made.map(({ node }) => node)));
      this.#boxes = made.flatMap(({ boxes }) => boxes);
    }
    const chosen = new Set(this.#selection.runs.map(({ runId }) => runId));
    for (const [runId, box] of this.#boxes) box.checked = chosen.has(runId);
  }

  #group(runs: readonly RunState[], apart: (run: RunState) => readonly string[]) {
    const first = runs[0]!;
    const name = [first.experiment, ...apart(first)].join(", ");
    const only = (): void => urlState.set({ runs: runs.map(({ runId }) => runId) });
    const all = element(
      "button",
      { type: "button", class: "quiet", "data-key": `only ${name}`, "aria-label": `Only ${name}`, onclick: only },
      "Only these",
    );
    const rows = runs.map((run) => {
      const onchange = (): void => this.#toggle(run.runId);
      const box = element("input", { type: "checkbox", "data-run": run.runId, "data-key": run.runId, onchange });
      const label = element(
        "label",
        {},
        box,
        element("span", {}, `${run.arm}, seed ${run.seed}`),
        element("span", { class: "more" }, `${run.status}, ${formatClock(run.startedAt)}`),
      );
      return { label, box: [run.runId, box] as const };
    });
    const node = element("fieldset", {}, element("legend", {}, name), all, ...rows.map(({ label }) => label));
    return { node, boxes: rows.map(({ box }) => box) };
  }

  #toggle(runId: string): void {
    const chosen = (this.#selection?.runs ?? []).map((run) => run.runId);
    if (hiddenRuns.all.has(runId)) hiddenRuns.remove([runId]);
    urlState.set({ runs: chosen.includes(runId) ? chosen.filter((one) => one !== runId) : [...chosen, runId] });
  }
}
