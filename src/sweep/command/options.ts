import type { BackendName } from "../../backend/start.ts";
import type { DataSetName } from "../../data/index.ts";
import type { Scale } from "../../experiment/experiment.ts";
import type { CheckpointEvery, SeedsAsked } from "../../run/command-line/options.ts";
import type { OutputOptions } from "../../run/command-line/output-options.ts";
import type { ServingOptions } from "../../run/serving/serving.ts";
import type { SweepAxis } from "../plan/axis.ts";

/** What `gradstream sweep` is told. */
export interface SweepCommandOptions extends ServingOptions, SeedsAsked, OutputOptions {
  readonly grid: readonly SweepAxis[];
  readonly random?: number;
  readonly halving?: string;
  readonly eta: number;
  readonly rungs: "steps" | "seeds";
  readonly earlyStop: readonly string[];
  readonly grace?: number;
  readonly scale: Scale;
  readonly arm?: readonly string[];
  readonly steps?: number;
  readonly set: Readonly<Record<string, string>>;
  readonly backend: BackendName | "auto";
  readonly data: DataSetName;
  readonly store: string;
  readonly serve: boolean;
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
