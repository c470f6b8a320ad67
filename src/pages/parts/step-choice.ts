import { formatWhole } from "../../view/numbers.ts";
import { element } from "./element.ts";
import { setText } from "./legend.ts";
import { urlState } from "./url-state.ts";

/** A slider over the steps recorded; the last one unless the URL says otherwise. */
export class StepChoice {
  readonly #slider = element("input", { type: "range", min: 0, max: 0, step: 1, "aria-label": "Step shown" });
  readonly #said = element("output");
  readonly node = element("label", { class: "choice step-choice" }, "At step", this.#slider, this.#said);
  #steps: readonly number[] = [];

  constructor() {
    this.#slider.addEventListener("input", () => {
      const last = Number(this.#slider.value) === this.#steps.length - 1;
      urlState.set({ step: last ? "" : this.#steps[Number(this.#slider.value)] }, { replace: true });
    });
  }

  /** Returns the step chosen: the last that was recorded at or before the one in the URL. */
  choose(recorded: Iterable<number>): number | undefined {
    this.#steps = [...new Set(recorded)].sort((a, b) => a - b);
    const wanted = urlState.number("step") ?? Infinity;
    const place = Math.max(
      0,
      this.#steps.findLastIndex((step) => step <= wanted),
    );
    this.#slider.max = String(Math.max(0, this.#steps.length - 1));
    this.#slider.value = String(place);
    const text = formatWhole(this.#steps[place]);
    this.#slider.setAttribute("aria-valuetext", `step ${text}`);
    setText(this.#said, text);
    return this.#steps[place];
  }
}
