import { numberOf, textOf } from "../view/figure-rows.ts";
import { formatDuration, formatNumber, formatPercent, formatWhole } from "../view/numbers.ts";

type Row = Record<string, unknown>;

interface RunColumn {
  readonly name: string;
  readonly numeric?: boolean;
  readonly cell: (row: Row) => string;
}

/** Reads a number; NULL is none, NaN is one. */
const known = (value: unknown): number | undefined =>
  value === null || value === undefined ? undefined : numberOf(value);
const number = (value: unknown): string => formatNumber(known(value), 3);
const percent = (value: unknown): string => formatPercent(known(value));

const COLUMNS: readonly RunColumn[] = [
  { name: "experiment", cell: (row) => textOf(row["experiment"]) },
  { name: "arm", cell: (row) => textOf(row["arm"]) },
  { name: "lr", numeric: true, cell: (row) => number(hyperOf(row)["learningRate"]) },
  { name: "seed", numeric: true, cell: (row) => textOf(row["seed"]) },
  { name: "status", cell: (row) => textOf(row["status"]) },
  { name: "steps", numeric: true, cell: stepsOf },
  { name: "final loss", numeric: true, cell: (row) => number(row["final_loss"]) },
  { name: "train", numeric: true, cell: (row) => percent(row["final_train_accuracy"]) },
  { name: "test", numeric: true, cell: (row) => percent(row["test_accuracy"]) },
  { name: "steps/s", numeric: true, cell: (row) => number(row["steps_per_second"]) },
  { name: "time", numeric: true, cell: (row) => formatDuration(known(row["seconds"])) },
  { name: "run", cell: (row) => textOf(row["run_id"]) },
];

/** Runs as a table of text. */
interface RunsText {
  readonly columns: readonly { readonly name: string; readonly numeric: boolean }[];
  readonly cells: readonly (readonly string[])[];
}

/** Writes runs as text; columns that none of them fills are left out. */
export function runsTable(runs: readonly Row[]): RunsText {
  const filled = COLUMNS.filter(({ cell }) => runs.some((row) => !["", "–"].includes(cell(row))));
  return {
    columns: filled.map(({ name, numeric = false }) => ({ name, numeric })),
    cells: runs.map((row) => filled.map(({ cell }) => cell(row))),
  };
}

/** Returns the seeds of these runs, in order. */
export function seedsOfRuns(runs: readonly Row[], ids: readonly string[]): string[] {
  const seeds = runs.filter((row) => ids.includes(textOf(row["run_id"]))).map((row) => textOf(row["seed"]));
  return [...new Set(seeds)].sort((a, b) => Number(a) - Number(b));
}

function stepsOf(row: Row): string {
  const [done, all] = [formatWhole(known(row["steps_done"])), formatWhole(known(row["steps"]))];
  return done === all ? all : `${done} of ${all}`;
}

/** Settings come as JSON or as an object. */
function hyperOf({ hyper }: Row): Row {
  if (typeof hyper === "object" && hyper !== null) return hyper as Row;
  if (typeof hyper !== "string") return {};
  try {
    const parsed: unknown = JSON.parse(hyper);
    return typeof parsed === "object" && parsed !== null ? (parsed as Row) : {};
  } catch {
    return {};
  }
}
