// What the view run_summary says of runs that have ended, asked when there are others than before.

import type { Feed, RunState } from "../../feed/client/index.ts";
import { namedRows } from "./named-rows.ts";
import type { Summary } from "./run-facts.ts";

const COLUMNS = "final_loss, final_train_accuracy, test_accuracy, steps_per_second, seconds";

export class RunSummaries {
  readonly #feed: Feed;
  readonly #heard: () => void;
  readonly #summaries = new Map<string, Summary>();
  #ended = "";

  constructor(feed: Feed, heard: () => void) {
    this.#feed = feed;
    this.#heard = heard;
  }

  get(runId: string): Summary | undefined {
    return this.#summaries.get(runId);
  }

  ask(ended: readonly RunState[]): void {
    const key = ended.map(({ runId }) => runId).join();
    if (key === this.#ended) return;
    this.#ended = key;
    if (ended.length === 0) return;
    const names = [...new Set(ended.map(({ experiment }) => `'${experiment.replaceAll("'", "''")}'`))].join(", ");
    this.#feed.query(`SELECT run_id, ${COLUMNS} FROM run_summary WHERE experiment IN (${names})`).then(
      (answer) => {
        for (const row of namedRows<Summary & { readonly run_id: string }>(answer)) {
          this.#summaries.set(row.run_id, row);
        }
        this.#heard();
      },
      () => (this.#ended = ""),
    );
  }
}
