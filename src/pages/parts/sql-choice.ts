import { element } from "./element.ts";
import { urlState } from "./url-state.ts";

type Offers = readonly (readonly [name: string, sql: string])[];

/** A choice of statements, each of which replaces what was asked. */
export class SqlChoice {
  readonly select: HTMLSelectElement;
  readonly #title: string;

  constructor(title: string, offers: Offers = []) {
    this.#title = title;
    this.select = element("select", { "aria-label": title });
    this.select.addEventListener("change", () => {
      if (this.select.value !== "") urlState.set({ sql: this.select.value, chart: "" });
      this.select.value = "";
    });
    this.offer(offers);
  }

  /** Offers other ones; none hides the choice. */
  offer(offers: Offers): void {
    this.select.hidden = offers.length === 0;
    this.select.replaceChildren(
      element("option", { value: "" }, `${this.#title}…`),
      ...offers.map(([name, sql]) => element("option", { value: sql }, name)),
    );
  }
}
