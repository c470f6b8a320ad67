// What is shown and how: experiment, runs, arms, seeds, smoothing, layer. Every choice goes to the URL and comes from it.

import { element } from "./element.js";
import { setText, swatch } from "./legend.js";
import { RunPicker } from "./run-picker.js";
import { SPANS } from "/view/smoothing.js";
import { urlState } from "./url-state.js";

export class Toolbar {
  #arms = "";
  #layers = "";

  /** `controls`: which of "experiment", "runs", "allRuns", "arms", "seeds", "smooth", "layer" this page has. */
  constructor({ controls, defaults }) {
    this.defaults = defaults;
    const has = (name) => controls.includes(name);
    this.experiment = choice("Experiment", "experiment", (name) => ({
      experiment: name,
      runs: [],
      hide: [],
      from: "",
      to: "",
      layer: "",
    }));
    this.picker = new RunPicker({ everything: has("allRuns") });
    this.arms = element("div", { class: "arms", role: "group", "aria-label": "Arms shown" });
    this.seeds = choice("Seeds", "seeds", (value) => ({ seeds: value === "band" ? "" : value }));
    fill(
      this.seeds.select,
      [
        ["band", "mean and range"],
        ["single", "one line each"],
      ],
      "band",
    );
    this.layer = choice("Layer", "layer", (value) => ({ layer: value === "all" ? "" : value }));
    this.smooth = this.#smoothing();
    const reset = () => urlState.set({ from: undefined, to: undefined });
    this.reset = element("button", { type: "button", class: "reset", onclick: reset, hidden: true }, "Show all steps");
    this.node = element(
      "section",
      { class: "toolbar", "aria-label": "What is shown" },
      has("experiment") ? this.experiment.node : undefined,
      has("runs") || has("allRuns") ? this.picker.node : undefined,
      has("arms") ? this.arms : undefined,
      has("layer") ? this.layer.node : undefined,
      has("seeds") ? this.seeds.node : undefined,
      has("smooth") ? this.smooth.node : undefined,
      this.reset,
    );
  }

  update({ selection, layers, layer, wholeNetwork, span, seeds, zoom }) {
    fill(
      this.experiment.select,
      selection.experiments.map((name) => [name, name]),
      selection.experiment,
    );
    this.picker.update(selection);
    this.#showArms(selection);
    const key = JSON.stringify(layers);
    if (key !== this.#layers) {
      this.#layers = key;
      const whole = wholeNetwork ? [["all", "whole network"]] : [];
      fill(this.layer.select, [...whole, ...layers.map((one) => [one, String(one)])], layer);
    }
    this.layer.select.value = String(layer);
    this.layer.node.hidden = layers.length === 0;
    this.seeds.select.value = seeds;
    this.seeds.node.hidden = !selection.curves.some(({ runs }) => runs.length > 1) && seeds === "band";
    this.smooth.show(span);
    this.reset.hidden = zoom === undefined;
  }

  #showArms({ curves, hidden }) {
    const key = JSON.stringify(curves.map(({ name, place, dash }) => [name, place, dash]));
    if (key !== this.#arms) {
      this.#arms = key;
      const toggle = (name) => () => {
        const hide = urlState.list("hide");
        urlState.set({ hide: hide.includes(name) ? hide.filter((one) => one !== name) : [...hide, name] });
      };
      const buttons = curves
        .slice(0, 24)
        .map((curve) =>
          element(
            "button",
            { type: "button", "data-arm": curve.name, onclick: toggle(curve.name) },
            swatch(curve),
            element("span", {}, curve.name),
          ),
        );
      this.arms.replaceChildren(...buttons);
    }
    for (const button of this.arms.children)
      button.setAttribute("aria-pressed", String(!hidden.has(button.dataset.arm)));
  }

  #smoothing() {
    const slider = element("input", {
      type: "range",
      min: 0,
      max: SPANS.length - 1,
      step: 1,
      "aria-label": "Smoothing",
    });
    const said = element("output", {});
    slider.addEventListener("input", () => {
      const span = SPANS[Number(slider.value)];
      urlState.set({ smooth: span === this.defaults.smooth ? "" : span }, { replace: true });
    });
    const show = (span) => {
      const place = SPANS.findLastIndex((one) => one <= span);
      if (Number(slider.value) !== place) slider.value = String(place);
      const text = span === 0 ? "off" : `${span} steps`;
      setText(said, text);
      slider.setAttribute("aria-valuetext", text);
    };
    return { node: element("label", { class: "choice smooth" }, "Smoothing", slider, said), show };
  }
}

/** A labelled select whose choice goes to the URL. */
export function choice(label, key, changes) {
  const select = element("select", { "data-choice": key });
  select.addEventListener("change", () => urlState.set(changes(select.value)));
  return { select, node: element("label", { class: "choice" }, label, select) };
}

/** Options as [value, text] pairs, changed only where they differ. */
export function fill(select, options, chosen) {
  const key = JSON.stringify(options);
  if (select.dataset.options !== key) {
    select.dataset.options = key;
    select.replaceChildren(...options.map(([value, text]) => element("option", { value }, text)));
  }
  if (chosen !== undefined && select.value !== String(chosen)) select.value = String(chosen);
}
