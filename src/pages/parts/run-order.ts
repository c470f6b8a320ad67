// Which runs a table shows, and in which order.

import type { RunState } from "../../feed/client/index.ts";

/** What rows are put in order by. */
export type SortValue = number | string | undefined;

const COMPARISON = /^([\w.]+)(<=|>=|!=|=|<|>)(.*)$/;

/**
 * Tells whether a run is one that is looked for: every word stands in its arm, state, settings, data set, network or
 * backend, and comparisons, which may be of its experiment, id and steps too, such as `learningRate>=0.1`, `arm=batchNorm` or `status!=running` hold.
 */
export function isFound(run: RunState, wanted: string): boolean {
  const all = { ...run.hyper, ...aboutOf(run) };
  const { arm, status, backend, dataset, network } = run;
  const named = { ...run.hyper, arm, status, backend, dataset, network };
  const text = Object.entries(named).map(([name, value]) => `${name} ${value}`).join("\n").toLowerCase(); // prettier-ignore
  return wanted.split(/\s+/).every((word) => {
    const [, name = "", sign, value = ""] = COMPARISON.exec(word) ?? [];
    if (sign === undefined) return text.includes(word.toLowerCase());
    return Object.hasOwn(all, name) && holds(all[name], sign, value);
  });
}

function aboutOf({ runId, experiment, arm, seed, status, steps, backend, dataset, network }: RunState) {
  return { run: runId, experiment, arm, seed, status, steps, backend, dataset, network } as Record<string, unknown>;
}

function holds(actual: unknown, sign: string, wanted: string): boolean {
  const [left, right] = [Number(actual), Number(wanted)];
  const order =
    wanted !== "" && Number.isFinite(left) && Number.isFinite(right)
      ? left - right
      : String(actual).toLowerCase().localeCompare(wanted.toLowerCase());
  if (sign === "=") return order === 0;
  if (sign === "!=") return order !== 0;
  return (sign.startsWith("<") ? order < 0 : order > 0) || (sign.endsWith("=") && order === 0);
}

/** Puts items in order of their values, those without one last either way; equal ones stay as they were. */
export function inOrder<T>(items: readonly T[], valueOf: (item: T) => SortValue, down: boolean): T[] {
  const valued = items.map((item) => ({ item, value: valueOf(item) }));
  const isMissing = (value: SortValue): boolean => value === undefined || Number.isNaN(value);
  valued.sort(({ value: a }, { value: b }) => {
    if (isMissing(a) || isMissing(b)) return Number(isMissing(a)) - Number(isMissing(b));
    const order = typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), "en", { numeric: true }); // prettier-ignore
    return down ? -order : order;
  });
  return valued.map(({ item }) => item);
}
