// The networks of the runs shown, layer by layer from the input on: numbers, parts, shapes, sites.

import type { TrainedLayer } from "../../feed/client/index.ts";
import { counted, formatWhole } from "../../view/numbers.ts";
import type { Context, Part } from "./context.ts";
import { type DrawnNetwork, drawnNetworks, layerLine, shapeText } from "./drawn-networks.ts";
import { element } from "./element.ts";
import { urlState } from "./url-state.ts";

const WHERE: Readonly<Record<string, string>> = {
  linear: "after the linear map",
  norm: "before the non-linearity",
  output: "after the non-linearity",
};

export class NetworkDiagram implements Part {
  readonly node: HTMLElement;
  readonly #list = element("div", { class: "networks" });
  readonly #said = element("p", { class: "what", role: "status" });
  #buttons: readonly HTMLElement[] = [];
  #key = "";

  constructor() {
    this.node = element(
      "section",
      { class: "panel wide", "aria-label": "Networks", "data-panel": "networks", hidden: true },
      element("div", { class: "panel-head" }, element("h2", {}, "Networks")),
      this.#said,
      this.#list,
    );
  }

  update({ declared, selection, state, layer = state.number("layer") }: Context): void {
    const networks = drawnNetworks(declared, selection.visible);
    const key = JSON.stringify(networks);
    if (key !== this.#key) {
      this.#key = key;
      this.node.hidden = networks.length === 0;
      this.#said.textContent = HELP;
      this.#list.replaceChildren(...networks.map((network) => this.#network(network)));
      this.#buttons = [...this.#list.querySelectorAll<HTMLElement>("[data-layer]")];
    }
    for (const button of this.#buttons) {
      button.setAttribute("aria-pressed", String(button.dataset["layer"] === String(layer)));
    }
  }

  #network({ name, arms, layers }: DrawnNetwork): HTMLElement {
    const total = layers.reduce((sum, { parameters = 0 }) => sum + parameters, 0);
    const size = total === 0 ? "" : `, ${formatWhole(total)} parameters`;
    return element(
      "figure",
      { class: "network" },
      element(
        "figcaption",
        {},
        element("b", {}, arms.join(", ")),
        ` ${name}: ${counted(layers.length, "layer")}${size}`,
      ),
      element("ol", { class: "layers" }, ...layers.map((layer) => element("li", {}, this.#layer(layer)))),
    );
  }

  #layer(described: TrainedLayer): HTMLElement {
    const { layer, parts, shape, sites } = described;
    const line = layerLine(described);
    const tell = (): void => void (this.#said.textContent = `${line}.`);
    const untell = (): void => void (this.#said.textContent = HELP);
    const chips = parts.map((part) => element("span", { class: "part" }, part));
    const dots = sites.map((site) =>
      element("span", { class: "site", title: `${site}: ${WHERE[site] ?? site}` }, site),
    );
    return element(
      "button",
      {
        type: "button",
        class: "layer",
        "data-layer": layer,
        onclick: () => urlState.set({ layer }),
        onpointerenter: tell,
        onfocus: tell,
        onpointerleave: untell,
        onblur: untell,
      },
      element("span", { class: "visually-hidden" }, "Layer "),
      element("span", { class: "layer-number" }, String(layer)),
      ...chips,
      element("span", { class: "shape" }, shape === undefined ? "shape not known" : shapeText(shape)),
      element("span", { class: "sites" }, ...dots),
    );
  }
}

const HELP =
  "From the input on, as probes and charts number the layers. Sites are where activations are measured and changed. A layer that is chosen here is shown by the pages that show one.";
