// The frame of one sketch: title, one line that says what it shows, the sketch as wide as there is room.

import type { SweepDrawing } from "../../view/sweep-drawings.ts";
import { element } from "./element.ts";
import { emphasized } from "./emphasized.ts";
import { sketchNode } from "./shape-node.ts";

const LEAST = 240;

export class SketchPanel {
  readonly node: HTMLElement;
  readonly #host = element("div", { class: "sketch" });
  readonly #drawing: SweepDrawing;
  readonly #watch = new ResizeObserver(() => this.#draw());
  #width = 0;

  constructor(drawing: SweepDrawing) {
    this.#drawing = drawing;
    const { id, title, what, wide } = drawing;
    const heading = element("h2", { id: `${id}-title` }, title);
    this.node = element(
      "section",
      { class: wide ? "panel wide" : "panel", "aria-labelledby": heading.id, "data-panel": id },
      element("div", { class: "panel-head" }, heading),
      element("p", { class: "what" }, ...emphasized(what)),
      this.#host,
    );
    this.#watch.observe(this.#host);
  }

  /** Ends watching its size. */
  destroy(): void {
    this.#watch.disconnect();
    this.node.remove();
  }

  #draw(): void {
    const width = Math.max(LEAST, Math.floor(this.#host.clientWidth));
    if (width === this.#width) return;
    this.#width = width;
    this.#host.replaceChildren(sketchNode(this.#drawing.draw(width)));
  }
}
