import { copied } from "./copied.ts";
import { element } from "./element.ts";
import { setText } from "./legend.ts";

/** What is said in place of a figure or beside it, with the command that would fill it. */
export class FigureMessage {
  readonly #text = element("p", { role: "status" }, "Loading…");
  readonly node = element("div", { class: "nothing" }, this.#text);
  #command: string | undefined;

  say(text: string, command?: string): void {
    setText(this.#text, text);
    this.node.hidden = text === "";
    if (command === this.#command) return;
    this.#command = command;
    this.node.replaceChildren(this.#text, ...(command === undefined ? [] : [copied(command)]));
  }
}
