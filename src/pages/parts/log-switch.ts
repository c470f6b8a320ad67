import { element } from "./element.ts";
import { urlState } from "./url-state.ts";

const keyOf = (panel: string): string => `log-${panel}`;

/** Tells whether a panel is to have a logarithmic axis. */
export const isLog = (panel: string): boolean => urlState.flag(keyOf(panel));

/** Makes the switch of a panel's axis; its choice goes to the URL. */
export function logSwitch(panel: string): HTMLElement {
  const box = element("input", { type: "checkbox" });
  box.checked = isLog(panel);
  box.addEventListener("change", () => urlState.set({ [keyOf(panel)]: box.checked ? 1 : undefined }));
  urlState.subscribe(() => (box.checked = isLog(panel)));
  return element("label", { class: "switch" }, box, "Log axis");
}
