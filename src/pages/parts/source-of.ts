import { counted } from "../../view/numbers.ts";
import type { Context } from "./context.ts";
import type { Content } from "./content.ts";
import { experimentsOf } from "./frame-text.ts";

type Shown = Pick<Context, "selection" | "seeds" | "span" | "connection">;

/** Says where what a chart draws comes from: experiment, runs, seeds, data sets, how seeds are drawn, smoothing, store. */
export function sourceOf(
  { selection: { visible, experiment }, seeds, span, connection }: Shown,
  content: Content = {},
): string {
  const datasets = [...new Set(visible.map(({ dataset }) => dataset))].join(", ");
  const numbers = [...new Set(visible.map(({ seed }) => seed))].sort((a, b) => a - b);
  const kinds = new Set((content.lines ?? []).map(({ kind }) => kind));
  const drawn = kinds.has("band") && seeds === "band" ? "means over seeds with their range" : "";
  const parts = [
    `gradstream: ${experimentsOf({ runs: visible, experiment })}, ${counted(visible.length, "run")}, ${seedsInWords(numbers)}`,
    datasets,
    numbers.length > 1 ? drawn : "",
    // Raw readings are drawn behind what is smoothed.
    kinds.has("raw") ? `running means over ${counted(span, "step")}` : "",
    connection.state === "live" ? `store ${connection.store}` : "",
  ];
  return parts.filter((part) => part !== "").join("; ");
}

/** Writes all of them: `seed 0`, `seeds 0, 2 and 5`, `seeds 0 to 19`. */
export function seedsInWords(seeds: readonly number[]): string {
  const [first = 0, last = 0] = [seeds[0], seeds.at(-1)];
  if (seeds.length < 2) return `seed ${seeds.join("")}`;
  if (seeds.length > 2 && last - first === seeds.length - 1) return `seeds ${first} to ${last}`;
  return `seeds ${seeds.slice(0, -1).join(", ")} and ${last}`;
}
