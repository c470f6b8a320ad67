import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What one array of Slurm tasks works at: each task has trials of its own, and leaves others alone. */
export interface TaskArray {
  /** Name of the sweep's jobs. */
  readonly name: string;
  /** The trials of each task. */
  readonly chunks: readonly (readonly string[])[];
}

export const TASKS_FILE = "manifest.json";
export const SCRIPT = "task.sh";
export const LOGS = "logs";
/** What tells a task its batch's folder. */
export const BATCH_VARIABLE = "GRADSTREAM_SLURM_BATCH";

/** Reads the manifest of an array of tasks from its folder. */
export function readTaskArray(folder: string): TaskArray {
  return JSON.parse(readFileSync(join(folder, TASKS_FILE), "utf8")) as TaskArray;
}
