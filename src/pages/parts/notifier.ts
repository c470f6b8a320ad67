// Tells those who look elsewhere: a badge in the title, and a notification when a run diverges and when all have ended.

import type { RunState } from "../../feed/client/index.ts";
import { element } from "./element.ts";
import { newsOf } from "./news-of.ts";

export class Notifier {
  readonly node: HTMLElement;
  #before: ReadonlyMap<string, RunState["status"]> = new Map();

  constructor() {
    this.node = element("button", { type: "button", class: "quiet", hidden: true }, "Notify me");
    this.node.title = "Shows a notification when a run diverges, and when all have ended";
    this.node.addEventListener("click", () => void Notification.requestPermission().then(() => this.#offer(true)));
  }

  /** Takes the runs of this server as they stand now, and how many wait. */
  update(runs: readonly RunState[], queued: number): void {
    this.#offer(runs.some(({ status }) => status === "running"));
    const text = newsOf(this.#before, runs, queued);
    this.#before = new Map(runs.map(({ runId, status }) => [runId, status]));
    if (text !== undefined && isAsked() === "granted") notify(text);
  }

  #offer(isLive: boolean): void {
    this.node.hidden = !isLive || isAsked() !== "default";
  }
}

function notify(body: string): void {
  try {
    new Notification("gradstream", { body, tag: "gradstream" });
  } catch {
    // Browsers of phones know none of pages.
  }
}

/** Whether notifications are wanted; browsers have none where a page comes from afar without TLS. */
const isAsked = (): NotificationPermission =>
  "Notification" in window && window.isSecureContext ? Notification.permission : "denied";
