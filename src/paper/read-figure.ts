import type { Store } from "../store/store.ts";
import { records, type Row } from "../store/records.ts";
import { formatSetting } from "../view/numbers.ts";
import { divergedNotes, type CurveRuns } from "./diverged-notes.ts";
import type { Figure, FigureData, Rule } from "./figure.ts";
import type { Paper } from "./paper.ts";

/** Reads a paper's figure from the runs chosen; its own are those of the arms and learning rates that it shows. */
export async function readFigure(
  store: Store,
  { conditions }: Pick<Paper, "conditions">,
  figure: Figure,
): Promise<FigureData> {
  const rows = await records(store, figure.sql);
  const arms = new Set(rows.filter(({ source }) => source !== "paper").map(({ arm }) => armOf(arm)));
  const all = await records(
    store,
    `SELECT run_id, arm, hyper, dataset, learning_rate FROM paper_run WHERE experiment = $1
       AND ($2 IS NULL OR list_contains($2::JSON::DOUBLE[], learning_rate)) ORDER BY learning_rate, arm, seed`,
    [figure.experiment, figure.rates ? JSON.stringify(figure.rates) : null],
  );
  const runs = arms.size === 0 ? all : all.filter(({ arm }) => arms.has(armOf(arm)));
  return {
    figure,
    rows,
    rules: figure.rules === undefined ? [] : ((await records(store, figure.rules)) as unknown as Rule[]),
    runs: runs.map(({ run_id: id }) => id as string),
    notes: await divergedNotes(store, curvesOf(runs)),
    settings: settingsOf(runs, conditions[figure.experiment]?.dataset !== undefined),
  };
}

/** The runs of each arm and, where there are several, learning rate. */
function curvesOf(runs: readonly Row[]): CurveRuns[] {
  const areSeveral = new Set(runs.map(({ learning_rate: rate }) => rate)).size > 1;
  const curves = new Map<string, string[]>();
  for (const { run_id: id, arm, learning_rate: rate } of runs) {
    const label = areSeveral ? `${String(arm)}, lr ${formatSetting(rate)}` : String(arm);
    curves.set(label, [...(curves.get(label) ?? []), id as string]);
  }
  return [...curves].map(([label, ids]) => ({ label, runs: ids }));
}

/** `batchNorm` of `batchNorm, lr 0.5`, as figures of several learning rates name their arms. */
const armOf = (name: unknown): string => String(name).split(",")[0]!;

function settingsOf(runs: readonly Row[], ofDataSet: boolean): string {
  const values = new Map<string, Set<unknown>>();
  for (const { hyper, dataset } of runs) {
    const settings = JSON.parse((hyper as string | null) ?? "{}") as Row;
    const all = { ...settings, ...(ofDataSet && dataset !== null ? { dataset } : {}) };
    for (const [name, value] of Object.entries(all)) values.set(name, (values.get(name) ?? new Set()).add(value));
  }
  return [...values].map(([name, seen]) => settingText(name, [...seen].map(formatSetting).join(" / "))).join(", ");
}

/** Settings as readers know them; others by their names in words. */
const WORDS: Readonly<Record<string, (value: string) => string>> = {
  log: (value) => `recorded every ${value} steps`,
  size: (value) => `minibatches of ${value}`,
};

/** Writes `learning rate 0.1`, `recorded every 6 steps`. */
const settingText = (name: string, value: string): string =>
  WORDS[name]?.(value) ?? `${name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)} ${value}`;
