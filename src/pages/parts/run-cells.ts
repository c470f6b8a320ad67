// A run as a row of text.

import type { ControlCommand, RunState } from "../../feed/client/index.ts";
import { formatDuration, formatNumber, formatPercent, formatWhole } from "../../view/numbers.ts";
import type { RunOutcome } from "../../view/opening-sentence.ts";
import { stepsDone } from "../../view/steps-done.ts";
import type { SortValue } from "./run-order.ts";
import { settingText } from "./selection.ts";
import type { QueuedTrial } from "./whole-progress.ts";

/** What the view run_summary says of a run that has ended. */
export interface Summary {
  readonly final_loss: number | null;
  readonly final_train_accuracy: number | null;
  readonly test_accuracy: number | null;
  readonly steps_per_second: number | null;
  readonly seconds: number | null;
}

/** Stats as they stand while a run goes on. */
export type Latest = Readonly<Partial<Record<string, number>>>;

/** Names the columns, with the settings in which the runs differ. */
export const runColumns = (varying: readonly string[]): string[] => [
  "Arm",
  "Seed",
  ...varying,
  "State",
  "Steps",
  "Steps/s",
  "Time",
  "Final loss",
  "Final train acc.",
  "Test acc.",
];

/** Gives what these columns are put in order by. */
export function valuesOf(
  run: RunState,
  varying: readonly string[],
  summary: Summary | undefined,
  latest: Latest,
): readonly SortValue[] {
  const speed = run.status === "running" ? run.stepsPerSecond : summary?.steps_per_second;
  const settings = varying.map((key) => {
    const text = settingText(run, key);
    return text !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
  });
  const loss = summary ? summary.final_loss : latest["loss"];
  const accuracy = summary ? summary.final_train_accuracy : latest["accuracy"];
  const tested = summary ? summary.test_accuracy : latest["test_accuracy"];
  const numbers = [stepsDone(run), speed, summary?.seconds, loss, accuracy, tested];
  return [run.arm, run.seed, ...settings, run.status, ...numbers.map((value) => value ?? undefined)];
}

/** Marks a number that is not the final one. */
const soFar = (text: string): string => (text === "–" ? text : `now ${text}`);

/** Writes the texts of these columns. */
export function cellsOf(
  run: RunState,
  varying: readonly string[],
  summary: Summary | undefined,
  latest: Latest,
  now = Date.now(),
): string[] {
  const ended = run.status !== "running";
  const done = stepsDone(run);
  const seconds = summary?.seconds ?? ((run.endedAt ?? now) - run.startedAt) / 1000;
  const speed = ended ? summary?.steps_per_second : run.stepsPerSecond;
  const left = speed ? `${formatDuration((run.steps - done) / speed)} left` : "–";
  return [
    run.arm,
    String(run.seed),
    ...varying.map((key) => settingText(run, key)),
    stateText(run),
    `${formatWhole(done)} / ${formatWhole(run.steps)}`,
    speed ? formatNumber(speed, 3) : "–",
    ended ? `took ${formatDuration(seconds)}` : left,
    summary ? formatNumber(summary.final_loss) : soFar(formatNumber(latest["loss"])),
    summary ? formatPercent(summary.final_train_accuracy) : soFar(formatPercent(latest["accuracy"])),
    formatPercent(summary ? summary.test_accuracy : latest["test_accuracy"]),
  ];
}

/** Writes the same of a trial that waits. */
export function queuedCells({ arm, seed, steps, hyper }: QueuedTrial, varying: readonly string[]): string[] {
  const settings = varying.map((key) => settingText({ steps, hyper }, key));
  return [arm, String(seed), ...settings, "queued", `0 / ${formatWhole(steps)}`, ...Array<string>(5).fill("–")];
}

/** Returns what is said of a run in a sentence about all of them. */
export function outcomeOf(
  { arm, seed, status }: RunState,
  summary: Summary | undefined,
  latest: Latest = {},
): RunOutcome {
  const loss = summary ? summary.final_loss : (latest["loss"] ?? null);
  const trainAccuracy = summary ? summary.final_train_accuracy : (latest["accuracy"] ?? null);
  const testAccuracy = summary ? summary.test_accuracy : (latest["test_accuracy"] ?? null);
  return { arm, seed, status, loss, trainAccuracy, testAccuracy };
}

function stateText({ status, isPaused, step }: RunState): string {
  if (status === "diverged") return `diverged at step ${formatWhole(step)}`;
  return status === "running" && isPaused ? "paused" : status;
}

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
