// One number of a run under way, to be moved: by pointer, finger and arrow keys.

import type { Slider } from "../../feed/client/index.ts";
import { formatNumber } from "../../view/numbers.ts";
import { lastPlace, placeOf, valueAtPlace } from "../../view/slider-places.ts";
import { element } from "./element.ts";
import { setText } from "./legend.ts";

/** Moves that follow each other closer than this, in milliseconds, are said as one. */
const PACE_MS = 100;
/** How long after a move of one's own those of others wait to be shown. */
const OWN_MS = 1000;

/** A slider with its value in text. */
export interface ControlSlider {
  readonly node: HTMLElement;
  /** The run has another value. */
  readonly heard: (value: number) => void;
  /** Whether it may be moved. */
  readonly enable: (isEnabled: boolean) => void;
}

/** Makes the slider of a control; `whose` is what it says to those who hear it, `move` asks for another value. */
export function controlSlider(
  name: string,
  slider: Slider,
  whose: string,
  move: (value: number) => Promise<void>,
): ControlSlider {
  const attributes = { type: "range", min: 0, max: lastPlace(slider), step: 1, "data-control": name };
  const input = element("input", { ...attributes, "aria-label": `${name} of ${whose}` });
  const said = element("output");
  const refused = element("span", { class: "refused", role: "status" });
  let known = slider.initial;
  let wanted: number | undefined;
  let isAsking = false;
  let waiting: ReturnType<typeof setTimeout> | undefined;

  const tell = (value: number): void => {
    setText(said, formatNumber(value));
    input.setAttribute("aria-valuetext", formatNumber(value));
  };
  const show = (): void => {
    waiting = undefined;
    input.value = String(placeOf(slider, known));
    tell(known);
  };
  const ask = (): void => {
    if (wanted === undefined || isAsking) return;
    const value = wanted;
    wanted = undefined;
    isAsking = true;
    const accepted = (): void => {
      known = value;
      setText(refused, "");
    };
    const failed = (error: unknown): void => {
      const message = error instanceof Error ? error.message : String(error);
      setText(refused, message.replace(/^control: /, "Refused: "));
      if (wanted === undefined) show();
    };
    const goOn = (): void => {
      isAsking = false;
      ask();
    };
    void move(value)
      .then(accepted, failed)
      .finally(() => setTimeout(goOn, PACE_MS));
  };
  input.addEventListener("input", () => {
    wanted = valueAtPlace(slider, Number(input.value));
    tell(wanted);
    clearTimeout(waiting);
    waiting = setTimeout(show, OWN_MS);
    ask();
  });
  show();
  return {
    node: element("label", { class: "control" }, element("span", {}, name), input, said, refused),
    heard: (value) => {
      known = value;
      if (waiting === undefined) show();
    },
    enable: (isEnabled) => (input.disabled = !isEnabled),
  };
}
