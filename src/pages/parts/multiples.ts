// Small multiples: the same drawing once per arm, under one heading.

import type { Context, Part } from "./context.ts";
import type { Curve } from "./curve.ts";
import type { DrawnItem } from "./drawn.ts";
import { element } from "./element.ts";
import { emphasized } from "./emphasized.ts";
import type { Need } from "./needs.ts";

/** One of them. */
export interface Multiple {
  readonly node: HTMLElement;
  update(context: Context): void;
  drawn(): readonly DrawnItem[];
  destroy(): void;
}

export interface MultiplesOptions {
  readonly id: string;
  readonly title: string;
  readonly what: string;
  readonly controls?: readonly HTMLElement[];
  /** What runs must record to fill them. Default: nothing is said of it. */
  readonly needs?: Need;
  readonly make: (curve: Curve, context: Context) => Multiple;
}

export class Multiples implements Part {
  readonly node: HTMLElement;
  readonly title: string;
  readonly #needs: Need | undefined;
  readonly #parts = new Map<string, Multiple>();
  readonly #make: MultiplesOptions["make"];
  readonly #grid = element("div", { class: "multiples" });
  readonly #message = element("p", { class: "nothing", role: "status" });

  constructor({ id, title, what, controls = [], needs, make }: MultiplesOptions) {
    this.title = title;
    this.#needs = needs;
    this.#make = make;
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
      this.#message,
      this.#grid,
    );
  }

  needs(): Need | undefined {
    return this.#needs;
  }

  update(context: Context): void {
    const { selection } = context;
    const curves = selection.curves.filter(({ name }) => !selection.hidden.has(name));
    const names = new Set(curves.map(({ name }) => name));
    for (const [name, part] of this.#parts) {
      if (names.has(name)) continue;
      part.destroy();
      this.#parts.delete(name);
    }
    for (const curve of curves) {
      if (!this.#parts.has(curve.name)) this.#parts.set(curve.name, this.#make(curve, context));
    }
    const nodes = curves.map(({ name }) => this.#parts.get(name)!.node);
    if (nodes.some((node, i) => this.#grid.children[i] !== node)) this.#grid.replaceChildren(...nodes);
    this.#message.hidden = curves.length > 0;
    this.#message.textContent = curves.length > 0 ? "" : "No runs to show.";
    for (const part of this.#parts.values()) part.update(context);
  }

  drawn(): DrawnItem[] {
    return [...this.#parts.values()].flatMap((part) => part.drawn());
  }
}
