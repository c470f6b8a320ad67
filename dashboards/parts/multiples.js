// Small multiples: the same drawing once per arm, under one heading.

import { element } from "./element.js";
import { emphasized } from "./panel.js";

export class Multiples {
  #parts = new Map();

  /** `make(curve, context)` gives a part with `node`, `update(context)` and `destroy()`. */
  constructor({ id, title, what, controls = [], make }) {
    this.make = make;
    this.grid = element("div", { class: "multiples" });
    this.message = element("p", { class: "nothing", role: "status" });
    this.node = element(
      "section",
      { class: "panel wide", "data-group": id, "aria-label": title },
      element(
        "div",
        { class: "panel-head" },
        element("h2", {}, title),
        element("div", { class: "controls" }, ...controls),
      ),
      element("p", { class: "what" }, ...emphasized(what)),
      this.message,
      this.grid,
    );
  }

  update(context) {
    const { selection } = context;
    const curves = selection.curves.filter(({ name }) => !selection.hidden.has(name));
    const names = new Set(curves.map(({ name }) => name));
    for (const [name, part] of this.#parts) {
      if (names.has(name)) continue;
      part.destroy();
      this.#parts.delete(name);
    }
    for (const curve of curves) {
      if (this.#parts.has(curve.name)) continue;
      const part = this.make(curve, context);
      this.#parts.set(curve.name, part);
    }
    const nodes = curves.map(({ name }) => this.#parts.get(name).node);
    if (nodes.some((node, i) => this.grid.children[i] !== node)) this.grid.replaceChildren(...nodes);
    this.message.hidden = curves.length > 0;
    this.message.textContent = curves.length > 0 ? "" : "No runs to show.";
    for (const part of this.#parts.values()) part.update(context);
  }

  drawn() {
    return [...this.#parts.values()].flatMap((part) => part.drawn());
  }
}
