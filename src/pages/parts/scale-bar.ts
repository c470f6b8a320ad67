import { formatNumber } from "../../view/numbers.ts";
import type { Palette } from "../../view/palette.ts";
import type { Ends } from "../../view/scale.ts";
import { element } from "./element.ts";
import { setText } from "./legend.ts";

/** What the colours of a heat map mean: its ends as numbers, the shades between. */
export class ScaleBar {
  readonly #low = element("span");
  readonly #high = element("span");
  readonly #bar = element("span", { class: "bar", "aria-hidden": "true" });
  readonly node = element("p", { class: "scale" }, this.#low, this.#bar, this.#high);

  show([low, high]: Ends, colours: Palette): void {
    setText(this.#low, formatNumber(low));
    setText(this.#high, formatNumber(high));
    const stops = [0, 0.25, 0.5, 0.75, 1].map((share) => colours.ramp(share));
    this.#bar.style.background = `linear-gradient(to right, ${stops.join(", ")})`;
  }
}
