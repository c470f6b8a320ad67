import { type ColumnSql, rowsOf, type Select } from "./select.ts";
import type { StoredTraining } from "./types.ts";

const STORED_TRAINING: ColumnSql<StoredTraining> = {
  runId: "run_id",
  experiment: "experiment",
  pipeline: "coalesce(pipeline, '')",
  arm: "arm",
  seed: "seed::DOUBLE",
  steps: "coalesce(steps, 0)",
  network: "coalesce(network, '')",
  probes: "probes::VARCHAR",
  layers: "layers::VARCHAR",
};

/** Reads what each run was described to train, oldest first. */
export async function storedTrainings(select: Select): Promise<readonly StoredTraining[]> {
  return rowsOf(await select(STORED_TRAINING, "FROM run ORDER BY started_at, run_id"));
}
