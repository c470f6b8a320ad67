import { type Command, InvalidArgumentError, Option } from "commander";
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

/** Makes the option `--status`, of how runs have ended, and of others. */
export const statusOption = (...others: readonly string[]): Option =>
  new Option("--status <status>", "only runs in this state").choices([
    "completed",
    "diverged",
    "failed",
    "interrupted",
    ...others,
  ]);

/** Returns the runs that were asked for. */
export const chosenBy = ({ experiment, arm, run }: ChoiceOptions): RunChoice => ({ experiment, arm, run });

const HOURS = { h: 1, d: 24, w: 24 * 7 };

/**
 * Parses `12h`, `30d` or `4w` as milliseconds.
 *
 * @throws {InvalidArgumentError} for any other text.
 */
export function age(text: string): number {
  const [, count = "", unit = ""] = /^(\d{1,5}(?:\.\d+)?)([hdw])$/.exec(text) ?? [];
  if (count !== "") return Number(count) * HOURS[unit as keyof typeof HOURS] * 3_600_000;
  throw new InvalidArgumentError("It must be a time such as 12h, 30d or 4w.");
}
