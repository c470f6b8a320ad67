import { codeLine } from "./code-line.ts";
import { copyButton } from "./copy-button.ts";
import { element } from "./element.ts";

/** Makes a line of code with a button that copies it. */
export const copied = (text: string): HTMLElement =>
  element(
    "p",
    { class: "copied" },
    codeLine(text),
    copyButton("Copy", () => text, `Copy ${text}`),
  );
