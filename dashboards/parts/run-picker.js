// Which runs: a list that unfolds, newest settings first.

import { grouped } from "/view/grouped.js";
import { element } from "./element.js";
import { setText } from "./legend.js";
import { settingsOf, varyingKeys } from "./selection.js";
import { counted } from "/view/numbers.js";
import { urlState } from "./url-state.js";

const MOST = 300;
const formatClock = (ms) =>
  new Date(ms).toLocaleString(undefined, { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" });

export class RunPicker {
  #key = "";

  /** `everything`: runs of all experiments may be chosen. */
  constructor({ everything = false } = {}) {
    this.everything = everything;
    this.summary = element("summary", {}, "Runs");
    this.list = element("div", { class: "run-list" });
    const reset = element(
      "button",
      { type: "button", class: "quiet", onclick: () => urlState.set({ runs: [] }) },
      "Newest settings",
    );
    this.node = element(
      "details",
      { class: "run-picker" },
      this.summary,
      element("div", { class: "popover" }, this.list, reset),
    );
    this.node.addEventListener("toggle", () => this.node.open && this.#fill());
    this.node.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.node.open) return;
      this.node.open = false;
      this.summary.focus();
    });
    document.addEventListener("pointerdown", (event) => {
      if (!this.node.contains(event.target)) this.node.open = false;
    });
  }

  update(selection) {
    this.selection = selection;
    const offered = this.#offered();
    setText(this.summary, `Runs: ${selection.runs.length} of ${offered.length}`);
    this.summary.setAttribute(
      "aria-label",
      `Choose runs; ${counted(selection.runs.length, "run")} of ${offered.length} shown`,
    );
    if (this.node.open) this.#fill();
  }

  #offered() {
    return this.everything ? this.selection.all : this.selection.mine;
  }

  #fill() {
    const offered = this.#offered().slice(0, MOST);
    const key = JSON.stringify(offered.map(({ runId, status }) => [runId, status]));
    if (key !== this.#key) {
      this.#key = key;
      const groups = [...grouped(offered, (run) => JSON.stringify([run.experiment, settingsOf(run)])).values()];
      const varying = varyingKeys(offered);
      this.list.replaceChildren(...groups.map((group) => this.#group(group, varying)));
    }
    const chosen = new Set(this.selection.runs.map(({ runId }) => runId));
    for (const box of this.list.querySelectorAll("input[data-run]")) box.checked = chosen.has(box.dataset.run);
  }

  #group(runs, varying) {
    const [first] = runs;
    const settings = varying.map(
      (key) => `${key} ${String(key === "steps" ? first.steps : (first.hyper[key] ?? "–"))}`,
    );
    const name = [first.experiment, ...settings].join(", ");
    const all = element(
      "button",
      {
        type: "button",
        class: "quiet",
        "aria-label": `Only ${name}`,
        onclick: () => urlState.set({ runs: runs.map(({ runId }) => runId) }),
      },
      "Only these",
    );
    const rows = runs.map((run) => {
      const box = element("input", {
        type: "checkbox",
        "data-run": run.runId,
        onchange: () => this.#toggle(run.runId),
      });
      return element(
        "label",
        {},
        box,
        element("span", {}, `${run.arm}, seed ${run.seed}`),
        element("span", { class: "more" }, `${run.status}, ${formatClock(run.startedAt)}`),
      );
    });
    return element("fieldset", {}, element("legend", {}, name), all, ...rows);
  }

  #toggle(runId) {
    const chosen = this.selection.runs.map((run) => run.runId);
    urlState.set({ runs: chosen.includes(runId) ? chosen.filter((one) => one !== runId) : [...chosen, runId] });
  }
}
