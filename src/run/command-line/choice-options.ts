import type { Command } from "commander";
import type { RunChoice } from "../../store/run-choice.ts";
import { list } from "./options.ts";

/** A choice of runs, as commands take it. */
export interface ChoiceOptions {
  readonly experiment?: string;
  readonly arm?: readonly string[];
  readonly run?: string;
}

/** Adds `--experiment`, `--arm` and `--run`. */
export function choiceOptions(command: Command): Command {
  return command
    .option("--experiment <name>", "only this experiment")
    .option("--arm <a,b>", "only these arms", list)
    .option("--run <id>", "only this run, or those whose ids begin so");
}

/** Returns the runs that were asked for. */
export const choiceOf = ({ experiment, arm, run }: ChoiceOptions): RunChoice => ({ experiment, arm, run });
