import { element } from "./element.ts";

/** Makes a line of code with a button that copies it. */
export function copied(text: string): HTMLElement {
  const button = element("button", { type: "button", class: "quiet", "aria-label": `Copy ${text}` }, "Copy");
  button.addEventListener("click", () => {
    const told = (said: string) => () => {
      button.textContent = said;
      setTimeout(() => (button.textContent = "Copy"), 2000);
    };
    // Pages that are not of this machine, without TLS, have no clipboard.
    const copying = (navigator.clipboard as Clipboard | undefined)?.writeText(text) ?? Promise.reject(new Error());
    copying.then(told("Copied"), told("Select it to copy"));
  });
  return element("p", { class: "copied" }, element("code", {}, text), button);
}
