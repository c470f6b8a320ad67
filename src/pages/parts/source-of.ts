import { counted } from "../../view/numbers.ts";
import type { Context } from "./context.ts";

/** Says where what a page draws comes from: experiment, runs, seeds, data sets. */
export function sourceOf({ selection: { runs, experiment = "" } }: Pick<Context, "selection">): string {
  const seeds = [...new Set(runs.map(({ seed }) => seed))].sort((a, b) => a - b).slice(0, 8);
  const datasets = [...new Set(runs.map(({ dataset }) => dataset))].join(", ");
  return `gradstream: ${experiment}, ${counted(runs.length, "run")}, seed ${seeds.join(", ")}; ${datasets}`;
}
