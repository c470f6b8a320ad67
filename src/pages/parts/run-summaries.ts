// What the view run_summary says of runs that have ended, asked when there are others than before.

import type { Feed, RunState } from "../../feed/client/index.ts";
import { namedRows } from "./named-rows.ts";
import { OneAtATime } from "./one-at-a-time.ts";
import type { Summary } from "./run-facts.ts";

const COLUMNS = "final_loss, final_train_accuracy, test_accuracy, steps_per_second, seconds";

export class RunSummaries {
  readonly #feed: Feed;
  readonly #heard: () => void;
  readonly #summaries = new Map<string, Summary>();
  readonly #asking = new OneAtATime(() => this.#read());
  #ended: readonly RunState[] = [];
  #key = "";

  constructor(feed: Feed, heard: () => void) {
    this.#feed = feed;
    this.#heard = heard;
  }

  get(runId: string): Summary | undefined {
    return this.#summaries.get(runId);
  }

  ask(ended: readonly RunState[]): void {
    const key = ended.map(({ runId }) => runId).join();
    if (key === this.#key) return;
    this.#key = key;
    this.#ended = ended;
    if (ended.length > 0) void this.#asking.ask();
  }

  async #read(): Promise<void> {
    const names = [...new Set(this.#ended.map(({ experiment }) => `'${experiment.replaceAll("'", "''")}'`))].join(", ");
    try {
      const answer = await this.#feed.query(
        `SELECT run_id, ${COLUMNS} FROM run_summary WHERE experiment IN (${names})`,
      );
      for (const row of namedRows<Summary & { readonly run_id: string }>(answer)) this.#summaries.set(row.run_id, row);
      this.#heard();
    } catch {
      this.#key = "";
    }
  }
}
