import type { CheckpointEvery, TrainingOptions } from "../../run/command-line/options.ts";
import type { OutputOptions } from "../../run/command-line/output-options.ts";
import type { TrainingServingOptions } from "../../run/serving/serving.ts";
import type { SweepAxis } from "../plan/axis.ts";

/** What `gradstream sweep` is told. */
export interface SweepCommandOptions extends TrainingServingOptions, TrainingOptions, OutputOptions {
  readonly grid: readonly SweepAxis[];
  readonly random?: number;
  readonly halving?: string;
  readonly eta: number;
  readonly rungs: "steps" | "seeds";
  readonly earlyStop: readonly string[];
  readonly grace?: number;
  readonly store: string;
  readonly jobs?: number;
  readonly retries: number;
  readonly checkpointEvery: CheckpointEvery;
  readonly yes?: boolean;
  readonly resume?: string | true;
  readonly onlyFailed?: string | true;
  readonly queue?: string;
  readonly slurm?: boolean;
  readonly sbatch: readonly string[];
  readonly place?: string;
  readonly receive?: string;
}
