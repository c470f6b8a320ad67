import type { Hyper, RunStatus } from "../../core/types.ts";
import type { RunState } from "../protocol/run-state.ts";
import type { FeedReader } from "./source.ts";

/** The runs that a store holds, oldest first. One still `running` was cut off: nobody else writes to the file. */
export function storedRuns(reader: FeedReader): Promise<readonly RunState[]> {
  return reader.snapshot(async (select) => {
    const runs: RunState[] = [];
    for (const chunk of await select(
      `SELECT run_id, experiment, pipeline, arm, seed::DOUBLE, hyper::VARCHAR, steps, backend, dataset, network, status,
         epoch_ms(started_at)::DOUBLE, epoch_ms(ended_at)::DOUBLE, coalesce(step, -1)
       FROM run LEFT JOIN (
         SELECT run_id, max(step) AS step FROM (
           SELECT run_id, step FROM reading UNION ALL SELECT run_id, step FROM event WHERE kind = 'diverged')
         GROUP BY run_id) USING (run_id)
       ORDER BY started_at, run_id`,
    )) {
      for (let row = 0; row < chunk.rowCount; row++) {
        const item = (index: number): unknown => chunk.column(index).getItem(row);
        const text = (index: number): string => (item(index) as string | null) ?? "";
        const number = (index: number): number => (item(index) as number | null) ?? 0;
        const status = text(10) as RunStatus;
        runs.push({
          ...{ runId: text(0), experiment: text(1), pipeline: text(2), arm: text(3), seed: number(4) },
          ...{ hyper: JSON.parse(text(5) || "{}") as Hyper, steps: number(6), backend: text(7), dataset: text(8) },
          ...{ network: text(9), status: status === "running" ? "interrupted" : status, startedAt: number(11) },
          ...{ endedAt: item(12) as number | null, step: number(13), stepsPerSecond: null },
        });
      }
    }
    return runs;
  });
}
