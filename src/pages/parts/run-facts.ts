import type { RunState } from "../../feed/client/index.ts";

/** What the view run_summary says of a run that has ended. */
export interface Summary {
  readonly final_loss: number | null;
  readonly final_train_accuracy: number | null;
  readonly test_accuracy: number | null;
  readonly steps_per_second: number | null;
  readonly seconds: number | null;
}

/** Stats as they stand while a run goes on. */
export type Latest = Readonly<Partial<Record<string, number>>>;

/** All that a table says of a run. */
export interface RunFacts {
  readonly run: RunState;
  readonly summary: Summary | undefined;
  readonly latest: Latest;
  /** Last readings of further stats, by the names of their columns. */
  readonly lasts?: ReadonlyMap<string, number> | undefined;
}

/** Returns the final numbers of a run, or those that it has so far. */
export function outcomeNumbers({ summary, latest }: Pick<RunFacts, "summary" | "latest">) {
  return {
    loss: summary ? summary.final_loss : (latest["loss"] ?? null),
    trainAccuracy: summary ? summary.final_train_accuracy : (latest["accuracy"] ?? null),
    testAccuracy: summary ? summary.test_accuracy : (latest["test_accuracy"] ?? null),
  };
}
