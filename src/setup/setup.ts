import type { ProgressStream } from "../data/transfer-progress.ts";
import type { Places } from "./places.ts";
import type { Environment } from "./tool.ts";
import type { Machine } from "./wheel-format.ts";

export interface SetupOptions {
  readonly gpu: boolean;
  /** Build even what is there already. */
  readonly force: boolean;
  /** Path of a downloaded wheel. */
  readonly wheel?: string | undefined;
}

export interface SetupEnvironment extends Machine {
  /** Folder that holds `.tensorflow/`. */
  readonly root: string;
  readonly env: Environment;
  readonly stdout: ProgressStream;
  readonly stderr: ProgressStream;
  readonly signal: AbortSignal;
}

/** What the steps of one setup share. */
export interface Setup extends SetupEnvironment, SetupOptions {
  readonly places: Places;
  /** Name of the npm package. */
  readonly package: string;
  /** That package's folder, in the staging folder. */
  readonly folder: string;
}
