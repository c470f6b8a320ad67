import { element } from "./element.ts";

/** Makes a line of code that is broken between its words, not within `--options`, where it is too long. */
export const codeLine = (text: string): HTMLElement =>
  element(
    "code",
    {},
    ...text.split(/( )/).map((word) => (word === " " ? word : element("span", { class: "unbroken" }, word))),
  );
