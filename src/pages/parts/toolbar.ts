// What is shown and how: experiment, runs, arms, seeds, smoothing, layer. Every choice goes to the URL and comes from it.

import { SPANS } from "../../view/smoothing.ts";
import { type Choice, choice, fillOptions } from "./choice.ts";
import type { Context, Selection } from "./context.ts";
import { element } from "./element.ts";
import { setText, swatch } from "./legend.ts";
import { layerNames, layerText } from "./layer-names.ts";
import { RunPicker } from "./run-picker.ts";
import { urlState } from "./url-state.ts";

export type Control = "experiment" | "runs" | "allRuns" | "arms" | "seeds" | "smooth" | "layer";

const SEEDS = [
  ["band", "mean and range"],
  ["single", "one line each"],
] as const;
/** What another experiment does not have. */
const OF_ONE = { runs: [], hide: [], from: "", to: "", layer: "" };
/** Buttons of arms, at most. */
const MOST = 24;

export class Toolbar {
  readonly node: HTMLElement;
  readonly #experiment = choice("Experiment", "experiment", (name) => ({ experiment: name, ...OF_ONE }));
  readonly #picker: RunPicker;
  readonly #arms = element("div", { class: "arms", role: "group", "aria-label": "Arms shown" });
  readonly #seeds: Choice;
  readonly #layer = choice("Layer", "layer", (value) => ({ layer: value === "all" ? "" : value }));
  readonly #smooth: { readonly node: HTMLElement; show(span: number): void };
  readonly #reset: HTMLElement;
  #buttons: readonly (readonly [name: string, button: HTMLElement])[] = [];
  #armsKey = "";

  /** `smooth` is the span where the URL says nothing. */
  constructor(controls: readonly Control[], smooth: number) {
    const shown = (name: Control, node: HTMLElement): HTMLElement[] => (controls.includes(name) ? [node] : []);
    this.#picker = new RunPicker(controls.includes("allRuns"));
    this.#seeds = choice("Seeds", "seeds", (value) => ({ seeds: value === "band" ? "" : value }));
    fillOptions(this.#seeds.select, SEEDS, "band");
    this.#smooth = smoothing(smooth);
    const reset = (): void => urlState.set({ from: undefined, to: undefined });
    this.#reset = element("button", { type: "button", class: "reset", onclick: reset, hidden: true }, "Show all steps");
    this.node = element(
      "section",
      { class: "toolbar", "aria-label": "What is shown" },
      ...shown("experiment", this.#experiment.node),
      ...(controls.includes("runs") || controls.includes("allRuns") ? [this.#picker.node] : []),
      ...shown("arms", this.#arms),
      ...shown("layer", this.#layer.node),
      ...shown("seeds", this.#seeds.node),
      ...shown("smooth", this.#smooth.node),
      this.#reset,
    );
  }

  update({ selection, declared, layers, layer, wholeNetwork, span, seeds, zoom }: Context): void {
    const { experiments, experiment } = selection;
    const offered = experiments.map((name) => [name, name] as const);
    fillOptions(this.#experiment.select, offered, experiment);
    this.#picker.update(selection);
    this.#showArms(selection);
    const names = layerNames(declared, selection.runs);
    const whole = wholeNetwork ? [["all", "whole network"] as const] : [];
    fillOptions(
      this.#layer.select,
      [...whole, ...layers.map((one) => [String(one), layerText(one, names)] as const)],
      String(layer),
    );
    this.#layer.node.hidden = layers.length === 0;
    this.#seeds.select.value = seeds;
    this.#seeds.node.hidden = !selection.curves.some(({ runs }) => runs.length > 1) && seeds === "band";
    this.#smooth.show(span);
    this.#reset.hidden = zoom === undefined;
  }

  #showArms({ curves, hidden }: Selection): void {
    const key = JSON.stringify(curves.map(({ name, place, dash }) => [name, place, dash]));
    if (key !== this.#armsKey) {
      this.#armsKey = key;
      this.#buttons = curves.slice(0, MOST).map((curve) => {
        const { name } = curve;
        const attributes = { type: "button", "data-arm": name, onclick: () => toggle(name) };
        return [name, element("button", attributes, swatch(curve), element("span", {}, name))];
      });
      this.#arms.replaceChildren(...this.#buttons.map(([, button]) => button));
    }
    for (const [name, button] of this.#buttons) button.setAttribute("aria-pressed", String(!hidden.has(name)));
  }
}

function toggle(name: string): void {
  const hide = urlState.list("hide");
  urlState.set({ hide: hide.includes(name) ? hide.filter((one) => one !== name) : [...hide, name] });
}

function smoothing(byDefault: number): { node: HTMLElement; show(span: number): void } {
  const attributes = { type: "range", min: 0, max: SPANS.length - 1, step: 1, "aria-label": "Smoothing" };
  const slider = element("input", attributes);
  const said = element("output", {});
  slider.addEventListener("input", () => {
    const span = SPANS[Number(slider.value)];
    urlState.set({ smooth: span === byDefault ? "" : span }, { replace: true });
  });
  const show = (span: number): void => {
    const place = SPANS.findLastIndex((one) => one <= span);
    if (Number(slider.value) !== place) slider.value = String(place);
    const text = span === 0 ? "off" : `${span} steps`;
    setText(said, text);
    slider.setAttribute("aria-valuetext", text);
  };
  return { node: element("label", { class: "choice smooth" }, "Smoothing", slider, said), show };
}
