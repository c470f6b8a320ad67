// The numbers of runs: of those that go on from the feed, of those that have ended from the store.

import type { Feed, RunState } from "../../feed/client/index.ts";
import { smooth } from "../../view/smoothing.ts";
import { addedColumns } from "./column-choice.ts";
import { LastReadings } from "./last-readings.ts";
import { LiveSeries } from "./live-series.ts";
import type { Latest, RunFacts } from "./run-facts.ts";
import { RunSummaries } from "./run-summaries.ts";
import { runsFilter } from "./selection.ts";

/** Steps of the running mean where the page has none. */
const USUAL_SPAN = 25;
/** Of so many runs, those that have ended are not asked for live until their summaries are there. */
const FEW = 200;

export class RunNumbers {
  readonly #live: LiveSeries;
  readonly #summaries: RunSummaries;
  readonly #lasts: LastReadings;
  #latest: ReadonlyMap<string, Latest> = new Map();

  /** `heard` is called when there are others than before. */
  constructor(feed: Feed, heard: () => void) {
    this.#live = new LiveSeries(feed, heard);
    this.#summaries = new RunSummaries(feed, heard);
    this.#lasts = new LastReadings(feed, heard);
  }

  /** Stats that could have a column. */
  get stats(): readonly string[] {
    return [...new Set([...this.#lasts.names, ...addedColumns().filter((name) => name.includes("."))])];
  }

  /** Asks which stats there are. */
  listStats(runs: readonly RunState[]): void {
    this.#lasts.list([...new Set(runs.map(({ experiment }) => experiment))]);
  }

  /** Asks for the numbers of these runs. */
  ask(runs: readonly RunState[]): void {
    const isAsked = ({ runId, status }: RunState): boolean =>
      status === "running" || (runs.length <= FEW && this.#summaries.get(runId) === undefined);
    const asked = runs.filter(isAsked);
    const what = {
      layers: "none",
      probes: ["loss", "accuracy"],
      stats: ["loss", "accuracy", "test_accuracy"],
    } as const;
    this.#live.ask(asked.length > 0 ? { ...runsFilter({ runs: asked }), ...what, points: 64 } : undefined);
    this.#summaries.ask(runs.filter(({ status }) => status !== "running"));
    this.#lasts.ask(
      runs,
      addedColumns().filter((name) => name.includes(".")),
    );
  }

  /** Takes over how live runs stand, with running means over so many steps. */
  look(span: number): void {
    const latest = new Map<string, Record<string, number>>();
    for (const { runId, stat, lastStep, last, length } of this.#live.set.series) {
      if (length === 0) continue;
      const points = { x: lastStep, y: last, length };
      const { y } = stat === "test_accuracy" ? points : smooth(points, span || USUAL_SPAN);
      latest.set(runId, { ...latest.get(runId), [stat]: y[length - 1]! });
    }
    this.#latest = latest;
  }

  of(run: RunState): RunFacts {
    const { runId } = run;
    const summary = run.status === "running" ? undefined : this.#summaries.get(runId);
    return { run, summary, latest: this.#latest.get(runId) ?? {}, lasts: this.#lasts.get(runId) };
  }
}
