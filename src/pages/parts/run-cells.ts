// What is said of a run, and what may be asked of it.

import type { ControlCommand, RunState } from "../../feed/client/index.ts";
import { formatWhole } from "../../view/numbers.ts";
import type { RunOutcome } from "../../view/opening-sentence.ts";
import type { RunColumn } from "./run-columns.ts";
import { outcomeNumbers, type RunFacts } from "./run-facts.ts";
import { settingText } from "./selection.ts";
import type { QueuedTrial } from "./whole-progress.ts";

/** Writes the texts of these columns of a trial that waits. */
export function queuedCells({ arm, seed, steps, hyper }: QueuedTrial, columns: readonly RunColumn[]): string[] {
  const known: Readonly<Record<string, string>> = {
    Arm: arm,
    Seed: String(seed),
    State: "queued",
    Steps: `0 / ${formatWhole(steps)}`,
  };
  return columns.map(({ name }) => known[name] ?? settingText({ steps, hyper }, name));
}

/** Returns what is said of a run in a sentence about all of them. */
export const outcomeOf = (facts: RunFacts): RunOutcome => {
  const { arm, seed, status } = facts.run;
  return { arm, seed, status, ...outcomeNumbers(facts) };
};

/** Lists what may be asked of a run, by the texts of buttons. */
export function commandsFor({
  runId: run,
  status,
  isPaused = false,
}: RunState): Readonly<Record<string, ControlCommand>> {
  if (status !== "running") return {};
  const stop: ControlCommand = { action: "stop", run };
  return isPaused
    ? { Continue: { action: "continue", run }, Stop: stop }
    : { Pause: { action: "pause", run }, Stop: stop };
}
