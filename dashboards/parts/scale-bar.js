import { element } from "./element.js";
import { setText } from "./legend.js";
import { formatNumber } from "/view/numbers.js";

/** What the colours of a heat map mean: its ends as numbers, the shades between. */
export class ScaleBar {
  constructor() {
    const [low, high] = [element("span"), element("span")];
    const bar = element("span", { class: "bar", "aria-hidden": "true" });
    Object.assign(this, { low, high, bar });
    this.node = element("p", { class: "scale" }, low, bar, high);
  }

  show([low, high], colours, place) {
    setText(this.low, formatNumber(low));
    setText(this.high, formatNumber(high));
    const stops = [0, 0.25, 0.5, 0.75, 1].map((share) => colours.ramp(share, place));
    this.bar.style.background = `linear-gradient(to right, ${stops.join(", ")})`;
  }
}
