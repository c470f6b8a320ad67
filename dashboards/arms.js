// Arms keep their colour for as long as the page is open, in every chart.

import { element } from "./text.js";

const COLOURS = 7;

export class Arms {
  #order = [];
  hidden = new Set();

  constructor(bar, onChange) {
    this.bar = bar;
    this.onChange = onChange;
  }

  /** Learns the arms of these runs, in order of appearance. */
  learn(runs) {
    for (const { state } of runs) {
      if (this.#order.includes(state.arm)) continue;
      this.#order.push(state.arm);
      this.bar.append(this.#button(state.arm));
    }
  }

  /** Colour by index; from the eighth arm on, dashed. */
  styleOf(arm) {
    const place = Math.max(0, this.#order.indexOf(arm));
    return { index: place % COLOURS, dashed: place >= COLOURS };
  }

  swatch(arm) {
    const { index, dashed } = this.styleOf(arm);
    return element("span", `swatch arm-${index}${dashed ? " dashed" : ""}`);
  }

  #button(arm) {
    const button = element("button", "");
    button.type = "button";
    button.append(this.swatch(arm), element("span", "", arm));
    button.setAttribute("aria-pressed", "true");
    button.addEventListener("click", () => {
      const shown = this.hidden.has(arm);
      if (shown) this.hidden.delete(arm);
      else this.hidden.add(arm);
      button.setAttribute("aria-pressed", String(shown));
      this.onChange();
    });
    return button;
  }
}
