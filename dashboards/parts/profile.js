// What was read at each distance, at one step that the reader chooses among those recorded.

import { grouped } from "/view/grouped.js";
import { curveLines } from "./curve-lines.js";
import { element } from "./element.js";
import { setText } from "./legend.js";
import { indexAt } from "/view/points.js";
import { formatWhole } from "/view/numbers.js";
import { urlState } from "./url-state.js";

/** A slider over the steps recorded; the last one unless the URL says otherwise. */
export class StepChoice {
  #steps = [];

  constructor() {
    this.slider = element("input", { type: "range", min: 0, max: 0, step: 1, "aria-label": "Step of the profile" });
    this.said = element("output");
    this.node = element("label", { class: "choice step-choice" }, "At step", this.slider, this.said);
    this.slider.addEventListener("input", () => {
      const last = Number(this.slider.value) === this.#steps.length - 1;
      urlState.set({ step: last ? "" : this.#steps[Number(this.slider.value)] }, { replace: true });
    });
  }

  /** The step chosen: the last that was recorded at or before the one in the URL. */
  choose(series) {
    this.#steps = [...new Set(series.flatMap(({ lastStep, length }) => [...lastStep.subarray(0, length)]))].sort(
      (a, b) => a - b,
    );
    const wanted = urlState.number("step", Infinity);
    const place = Math.max(
      0,
      this.#steps.findLastIndex((step) => step <= wanted),
    );
    this.slider.max = String(Math.max(0, this.#steps.length - 1));
    this.slider.value = String(place);
    const text = this.#steps.length === 0 ? "–" : formatWhole(this.#steps[place]);
    this.slider.setAttribute("aria-valuetext", `step ${text}`);
    setText(this.said, text);
    return this.#steps[place];
  }
}

/** One line per curve over the distances: mean and range over the seeds that were read at that step. */
export function profileLines(series, context, step) {
  const rows = series.flatMap((one) => {
    const i = indexAt({ x: one.lastStep, length: one.length }, step ?? NaN);
    return i < one.length && one.lastStep[i] === step
      ? [{ runId: one.runId, distance: one.distance, value: one.last[i] }]
      : [];
  });
  const profiles = [...grouped(rows, ({ runId }) => runId)].map(([runId, members]) => {
    members.sort((a, b) => a.distance - b.distance);
    const distances = Float64Array.from(members, ({ distance }) => distance);
    const values = Float64Array.from(members, ({ value }) => value);
    return {
      ...{
        runId,
        stat: "gradient_difference",
        layer: null,
        distance: null,
        width: 1,
        version: 0,
        length: members.length,
      },
      ...{ start: distances, lastStep: distances, minStep: distances, maxStep: distances },
      ...{ last: values, min: values, max: values, broken: new Uint32Array(members.length) },
    };
  });
  return curveLines(profiles, { ...context, span: 0 });
}
