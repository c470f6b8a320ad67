import { element } from "./element.ts";

/** Makes a button that copies a text, and says whether it could. */
export function copyButton(label: string, text: () => string, described = label): HTMLElement {
  const button = element("button", { type: "button", class: "quiet", "aria-live": "polite" });
  const show = (text: string, spoken: string): void => {
    button.textContent = text;
    button.setAttribute("aria-label", spoken);
  };
  show(label, described);
  button.addEventListener("click", () => {
    const told = (said: string) => () => {
      show(said, said);
      setTimeout(() => show(label, described), 2000);
    };
    // Pages that are not of this machine, without TLS, have no clipboard.
    const copying = (navigator.clipboard as Clipboard | undefined)?.writeText(text()) ?? Promise.reject(new Error());
    copying.then(told("Copied"), told("Select it to copy"));
  });
  return button;
}
