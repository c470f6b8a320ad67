import { element } from "./element.ts";
import { type Changes, urlState } from "./url-state.ts";

export interface Choice {
  readonly select: HTMLSelectElement;
  readonly node: HTMLElement;
}

/** Makes a labelled select whose choice goes to the URL. */
export function choice(label: string, key: string, changes: (value: string) => Changes): Choice {
  const select = element("select", { "data-choice": key });
  select.addEventListener("change", () => urlState.set(changes(select.value)));
  return { select, node: element("label", { class: "choice" }, label, select) };
}

/** Fills a select with [value, text] pairs; changes it only where they differ. */
export function fillOptions(
  select: HTMLSelectElement,
  options: readonly (readonly [string, string])[],
  chosen?: string,
): void {
  const key = JSON.stringify(options);
  if (select.dataset["options"] !== key) {
    select.dataset["options"] = key;
    select.replaceChildren(...options.map(([value, text]) => element("option", { value }, text)));
  }
  if (chosen !== undefined && select.value !== chosen) select.value = chosen;
}
