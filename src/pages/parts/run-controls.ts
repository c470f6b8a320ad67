// Buttons that stop, pause and skip trials, where this page may.

import type { ControlCommand, Feed } from "../../feed/client/index.ts";
import { element } from "./element.ts";

/** How long a button that asks again waits for the answer, in milliseconds. */
const SURE_MS = 4000;

/** Buttons of one row, and what they are for now. */
export interface RunControls {
  readonly node: HTMLElement;
  /** Offers commands by the texts of their buttons; those of the list `sure` ask again. Called with the same, it changes nothing. */
  readonly offer: (commands: Readonly<Record<string, ControlCommand>>) => void;
}

/** Makes the buttons of one trial; `name` is what they say to those who hear them. */
export function runControls(feed: Feed, name: string): RunControls {
  const node = element("span", { class: "run-controls" });
  let key = "";
  const offer = (commands: Readonly<Record<string, ControlCommand>>): void => {
    const now = JSON.stringify(commands);
    if (now === key) return;
    key = now;
    node.replaceChildren(...Object.entries(commands).map(([text, command]) => buttonOf(feed, name, text, command)));
  };
  return { node, offer };
}

function buttonOf(feed: Feed, name: string, text: string, command: ControlCommand): HTMLElement {
  const button = element(
    "button",
    { type: "button", class: "quiet", "aria-label": `${text} ${name}`, "aria-live": "polite" },
    text,
  );
  const asksAgain = command.action === "stop" || command.action === "skip";
  let isSure = !asksAgain;
  const say = (said: string): void => {
    button.textContent = said;
    button.setAttribute("aria-label", `${said} ${name}`);
  };
  button.addEventListener("click", () => {
    if (!isSure) {
      isSure = true;
      say(`${text}, sure?`);
      setTimeout(() => {
        isSure = false;
        say(text);
      }, SURE_MS);
      return;
    }
    button.disabled = true;
    feed.control(command).catch((error: unknown) => {
      button.disabled = false;
      button.title = error instanceof Error ? error.message : String(error);
      button.textContent = "Refused";
      button.setAttribute("aria-label", `Refused: ${button.title}`);
    });
  });
  return button;
}
