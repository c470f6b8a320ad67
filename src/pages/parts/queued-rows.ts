import type { Feed } from "../../feed/client/index.ts";
import { formatWhole } from "../../view/numbers.ts";
import { element } from "./element.ts";
import { setText } from "./legend.ts";
import { queuedRow } from "./queued-row.ts";
import type { RunColumn } from "./run-columns.ts";
import type { RunRow } from "./run-row.ts";
import type { QueuedTrial } from "./whole-progress.ts";

/** Queued trials that have a row, at most. */
const MOST_QUEUED = 40;

/** The rows of trials that wait, kept as long as they do, and how many more there are. */
export class QueuedRows {
  readonly more = element("p", { class: "what", hidden: true });
  readonly #feed: Feed;
  #looks = "";
  #kept: ReadonlyMap<string, RunRow> = new Map();

  constructor(feed: Feed) {
    this.#feed = feed;
  }

  show(queue: readonly QueuedTrial[], columns: readonly RunColumn[], mayControl: boolean): readonly RunRow[] {
    const queued = queue.slice(0, MOST_QUEUED);
    this.more.hidden = queue.length === queued.length;
    setText(this.more, `And ${formatWhole(queue.length - queued.length)} more queued.`);
    const looks = JSON.stringify([columns.map(({ name }) => name), mayControl]);
    const before: ReadonlyMap<string, RunRow> = looks === this.#looks ? this.#kept : new Map();
    const rowOf = (trial: QueuedTrial) => queuedRow(this.#feed, trial, columns, mayControl);
    this.#looks = looks;
    this.#kept = new Map(
      queued.map((trial) => {
        const key = JSON.stringify(trial);
        return [key, before.get(key) ?? rowOf(trial)];
      }),
    );
    return [...this.#kept.values()];
  }
}
