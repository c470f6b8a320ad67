import { element } from "./element.ts";

/** Makes a button that copies a text, and says whether it could. */
export function copyButton(label: string, text: () => string, described = label): HTMLElement {
  const button = element("button", { type: "button", class: "quiet", "aria-label": described }, label);
  button.addEventListener("click", () => {
    const told = (said: string) => () => {
      button.textContent = said;
      setTimeout(() => (button.textContent = label), 2000);
    };
    // Pages that are not of this machine, without TLS, have no clipboard.
    const copying = (navigator.clipboard as Clipboard | undefined)?.writeText(text()) ?? Promise.reject(new Error());
    copying.then(told("Copied"), told("Select it to copy"));
  });
  return button;
}
