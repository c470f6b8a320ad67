import { type Arm, chooseArms, type Experiment } from "../../experiment/experiment.ts";
import type { Hyper } from "../../core/types.ts";
import { toldOfExit } from "./told-of-exit.ts";

/**
 * Returns the chosen arms of a pipeline, all without a choice, in its order; says so where making them ends the process.
 *
 * @throws {UserError} when `arms` throws, gives something else than arms, or lacks one that was chosen.
 */
export function pipelineArms(
  path: string,
  experiment: Experiment,
  hyper: Hyper,
  chosen?: readonly string[],
): Promise<Readonly<Record<string, Arm>>> {
  return toldOfExit(path, "making its arms", () => chooseArms(experiment, hyper, chosen));
}
