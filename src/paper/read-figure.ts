import type { Store } from "../store/store.ts";
import { records, type Row } from "../store/records.ts";
import type { Figure, FigureData, Rule } from "./figure.ts";

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
