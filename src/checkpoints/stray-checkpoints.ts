import { type Dirent, readdirSync } from "node:fs";
import { join } from "node:path";
import { RunCheckpoints } from "./run-checkpoints.ts";

/** Lists the folders below `root` that have checkpoints of none of these runs. */
export function strayCheckpoints(root: string, runIds: readonly string[]): readonly string[] {
  const known = new Set(runIds.map((runId) => new RunCheckpoints(root, runId).folder));
  const below = (folder: string): readonly string[] => {
    const entries = entriesOf(folder);
    const isStray = entries.some((entry) => entry.isFile()) && !known.has(folder);
    const folders = entries.filter((entry) => entry.isDirectory());
    return [...(isStray ? [folder] : []), ...folders.flatMap(({ name }) => below(join(folder, name)))];
  };
  return below(root);
}

function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
