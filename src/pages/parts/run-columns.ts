// The columns that a table of runs may have.

import type { RunState } from "../../feed/client/index.ts";
import { formatClock, formatDuration, formatNumber, formatPercent, formatWhole } from "../../view/numbers.ts";
import { stepsDone } from "../../view/steps-done.ts";
import { outcomeNumbers, type RunFacts } from "./run-facts.ts";
import type { SortValue } from "./run-order.ts";
import { recordedSetting, settingText } from "./selection.ts";

/** A column of the table of runs. */
export interface RunColumn {
  readonly name: string;
  readonly textOf: (facts: RunFacts) => string;
  /** Gives what rows are put in order by. */
  readonly valueOf: (facts: RunFacts) => SortValue;
  /** Of numbers: how a mean of them is written. */
  readonly format?: (value: number, digits?: number) => string;
  /** Of shares: a difference of two is one of points. */
  readonly isShare?: boolean;
}

/** Marks a number that is not the final one. */
const soFar = ({ summary }: RunFacts, text: string): string => (summary || text === "–" ? text : `now ${text}`);
const plain = (name: string, textOf: (facts: RunFacts) => string): RunColumn => ({ name, textOf, valueOf: textOf });

const ARM = plain("Arm", ({ run }) => run.arm);
const SEED: RunColumn = { name: "Seed", textOf: ({ run }) => String(run.seed), valueOf: ({ run }) => run.seed };
const STATE: RunColumn = { name: "State", textOf: ({ run }) => stateText(run), valueOf: ({ run }) => run.status };

/** Numbers of runs, in their order. */
const NUMBERS: readonly RunColumn[] = [
  {
    name: "Steps",
    textOf: ({ run }) => `${formatWhole(stepsDone(run))} / ${formatWhole(run.steps)}`,
    valueOf: ({ run }) => stepsDone(run),
    format: formatWhole,
  },
  {
    name: "Steps/s",
    textOf: (facts) => (speedOf(facts) ? formatNumber(speedOf(facts), 3) : "–"),
    valueOf: (facts) => speedOf(facts) ?? undefined,
    format: (value, digits = 3) => formatNumber(value, digits),
  },
  { name: "Time", textOf: timeText, valueOf: ({ summary }) => summary?.seconds ?? undefined, format: formatDuration },
  {
    name: "Final loss",
    textOf: (facts) => soFar(facts, formatNumber(outcomeNumbers(facts).loss)),
    valueOf: (facts) => outcomeNumbers(facts).loss ?? undefined,
    format: formatNumber,
  },
  {
    name: "Final train acc.",
    textOf: (facts) => soFar(facts, formatPercent(outcomeNumbers(facts).trainAccuracy)),
    valueOf: (facts) => outcomeNumbers(facts).trainAccuracy ?? undefined,
    format: formatPercent,
    isShare: true,
  },
  {
    name: "Test acc.",
    textOf: (facts) => formatPercent(outcomeNumbers(facts).testAccuracy),
    valueOf: (facts) => outcomeNumbers(facts).testAccuracy ?? undefined,
    format: formatPercent,
    isShare: true,
  },
];

/** What somebody says of runs. */
const SAID: readonly RunColumn[] = [
  plain("Tags", ({ run }) => (run.tags ?? []).join(", ")),
  plain("Note", ({ run }) => run.note ?? ""),
];

/** What is known of runs besides, of which no column is there unless it is chosen. */
const DETAILS: readonly RunColumn[] = [
  plain("Network", ({ run }) => run.network),
  plain("Data set", ({ run }) => run.dataset),
  plain("Backend", ({ run }) => run.backend),
  {
    name: "Started",
    textOf: ({ run }) => formatClock(run.startedAt),
    valueOf: ({ run }) => run.startedAt,
  },
  plain("Run", ({ run }) => run.runId),
];

/** Makes the column of a hyper-parameter, or of `steps`. */
function settingColumn(key: string): RunColumn {
  const valueOf = ({ run }: RunFacts): SortValue => {
    const value = recordedSetting(run, key);
    if (typeof value === "number") return value;
    const text = settingText(run, key);
    return text !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
  };
  return { name: key, textOf: ({ run }) => settingText(run, key), valueOf };
}

/** Makes the column of the last reading of a stat of the whole network. */
const lastColumn = (stat: string): RunColumn => ({
  name: stat,
  textOf: ({ lasts }) => formatNumber(lasts?.get(stat)),
  valueOf: ({ lasts }) => lasts?.get(stat),
  format: formatNumber,
});

/** A column that there is, and whether it is there where nothing was chosen. */
export interface OfferedColumn {
  readonly column: RunColumn;
  readonly isUsual: boolean;
  /** Whether it stays whatever is chosen. */
  readonly isFixed: boolean;
}

/** Lists all columns in their order: `varying` are the settings in which runs differ, `stats` what else was recorded. */
export function offeredColumns(
  runs: readonly RunState[],
  varying: readonly string[],
  stats: readonly string[] = [],
): readonly OfferedColumn[] {
  const settings = [...new Set([...varying, ...runs.flatMap(({ hyper }) => Object.keys(hyper))])];
  const usual = (column: RunColumn): OfferedColumn => ({ column, isUsual: true, isFixed: false });
  const rare = (column: RunColumn): OfferedColumn => ({ column, isUsual: false, isFixed: false });
  return [
    { ...usual(ARM), isFixed: true },
    usual(SEED),
    ...settings.map((key) => (varying.includes(key) ? usual : rare)(settingColumn(key))),
    { ...usual(STATE), isFixed: true },
    ...NUMBERS.map(usual),
    ...SAID.map(runs.some(({ tags = [], note = "" }) => tags.length > 0 || note !== "") ? usual : rare),
    ...stats.map((stat) => rare(lastColumn(stat))),
    ...DETAILS.map(rare),
  ];
}

function stateText({ status, isPaused, step }: RunState): string {
  if (status === "diverged") return `diverged at step ${formatWhole(step)}`;
  return status === "running" && isPaused ? "paused" : status;
}

const speedOf = ({ run, summary }: RunFacts): number | null | undefined =>
  run.status === "running" ? run.stepsPerSecond : summary?.steps_per_second;

function timeText(facts: RunFacts): string {
  const { run, summary } = facts;
  if (run.status !== "running") {
    // When one ended that was killed nobody knows.
    const ended = run.endedAt === null ? undefined : (run.endedAt - run.startedAt) / 1000;
    const seconds = summary?.seconds ?? ended;
    return seconds === undefined ? "–" : `took ${formatDuration(seconds)}`;
  }
  const speed = speedOf(facts);
  return speed ? `${formatDuration((run.steps - stepsDone(run)) / speed)} left` : "–";
}
