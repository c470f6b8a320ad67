import type { Hyper, RunState, RunStatus } from "../../core/types.ts";
import { type ColumnSql, rowsOf, type Select } from "./select.ts";

/** What a run's row holds; `stepsPerSecond` is known of runs under way only. */
type StoredRunRow = Omit<RunState, "hyper" | "status" | "stepsPerSecond" | "note" | "tags"> & {
  readonly hyper: string;
  readonly note: string;
  readonly tags: string;
  readonly status: RunStatus;
};

const STORED_RUN: ColumnSql<StoredRunRow> = {
  runId: "run_id",
  experiment: "experiment",
  pipeline: "coalesce(pipeline, '')",
  arm: "arm",
  seed: "seed::DOUBLE",
  hyper: "coalesce(hyper::VARCHAR, '{}')",
  steps: "coalesce(steps, 0)",
  backend: "coalesce(backend, '')",
  dataset: "coalesce(dataset, '')",
  network: "coalesce(network, '')",
  status: "CASE status WHEN 'running' THEN 'interrupted' ELSE status END",
  startedAt: "coalesce(epoch_ms(started_at)::DOUBLE, 0)",
  endedAt: "epoch_ms(ended_at)::DOUBLE",
  note: "coalesce(note, '')",
  tags: "to_json(coalesce(tags, []))::VARCHAR",
  step: "CASE status WHEN 'completed' THEN coalesce(ended_after, steps, 0) - 1 ELSE coalesce(step, -1) END",
};

/** Reads all runs, oldest first. One still `running` counts as `interrupted`. */
export async function storedRuns(select: Select): Promise<readonly RunState[]> {
  const blocks = await select(
    STORED_RUN,
    `FROM run LEFT JOIN (
       SELECT run_id, max(step) AS step FROM (
         SELECT run_id, step FROM reading UNION ALL SELECT run_id, step FROM event WHERE name = 'diverged')
       GROUP BY run_id) USING (run_id)
     LEFT JOIN (
       SELECT run_id, max(TRY_CAST(data->>'steps' AS INTEGER)) AS ended_after FROM event WHERE name = 'ended_early'
       GROUP BY run_id) USING (run_id)
     ORDER BY started_at, run_id`,
  );
  return rowsOf(blocks).map(({ note, tags: tagsText, ...run }) => {
    const tags = JSON.parse(tagsText) as readonly string[];
    const said = { ...(note !== "" && { note }), ...(tags.length > 0 && { tags }) };
    return { ...run, hyper: JSON.parse(run.hyper) as Hyper, stepsPerSecond: null, ...said };
  });
}
