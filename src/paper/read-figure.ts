import type { Store } from "../store/store.ts";
import { records, type Row } from "../store/records.ts";
import type { Figure } from "./figure.ts";

export interface Rule {
  readonly label: string;
  readonly panel: string;
  readonly value: number;
}

/** A figure with all that is drawn. */
export interface FigureData {
  readonly figure: Figure;
  readonly rows: readonly Row[];
  readonly rules: readonly Rule[];
  /** Runs of its experiment. */
  readonly runs: readonly string[];
  /** What they have in common or how they differ, in words: "steps 1200, learningRate 0.1 / 0.5, …". */
  readonly settings: string;
}

/** Reads a figure from the runs chosen. */
export async function readFigure(store: Store, figure: Figure): Promise<FigureData> {
  const runs = await records(
    store,
    "SELECT run_id, hyper, dataset FROM paper_run WHERE experiment = $1 ORDER BY learning_rate, arm, seed",
    [figure.experiment],
  );
  return {
    figure,
    rows: await records(store, figure.sql),
    rules: figure.rules === undefined ? [] : ((await records(store, figure.rules)) as unknown as Rule[]),
    runs: runs.map(({ run_id: id }) => id as string),
    settings: settingsOf(runs),
  };
}

function settingsOf(runs: readonly Row[]): string {
  const values = new Map<string, Set<unknown>>();
  for (const { hyper, dataset } of runs) {
    const all = { ...(JSON.parse((hyper as string | null) ?? "{}") as Row), ...(dataset === null ? {} : { dataset }) };
    for (const [name, value] of Object.entries(all)) values.set(name, (values.get(name) ?? new Set()).add(value));
  }
  return [...values].map(([name, seen]) => `${name} ${[...seen].map(String).join(" / ")}`).join(", ");
}
