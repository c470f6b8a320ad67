// What a quick chart draws of a result: which columns, and the rows as lines.

import type { QueryRows } from "../../feed/client/index.ts";
import { type ArmPlaces, placesOf } from "../../view/arms.ts";
import { grouped } from "../../view/grouped.ts";
import type { Line } from "./content.ts";
import { isNumericType } from "../../view/numeric-type.ts";

/** From this many lines on, thin. */
const MANY = 60;

/** Names of the columns across and up, and of the one that tells lines apart ("": none). */
export type ChartColumns = readonly [x: string, y: string, by: string];

/** Returns the names of the columns of numbers. */
export const numericColumns = ({ columns }: Pick<QueryRows, "columns">): string[] =>
  columns.filter(({ type }) => isNumericType(type)).map(({ name }) => name);

/** Chooses columns to begin with: over steps where there are some, a line per arm or run. */
export function guessed(result: Pick<QueryRows, "columns">): ChartColumns {
  const numbers = numericColumns(result);
  const [first = "", second = ""] = numbers;
  const by = result.columns.find(({ name }) => ["arm", "run_id"].includes(name) && !numbers.includes(name))?.name ?? "";
  return numbers.includes("step") ? ["step", numbers.find((name) => name !== "step") ?? "", by] : [first, second, by];
}

/** Makes lines of rows, by x; what is no number is a gap. */
export function quickLines(
  { columns, rows }: Pick<QueryRows, "columns" | "rows">,
  chosen: ChartColumns,
  arms: ArmPlaces = {},
): Line[] {
  const [x, y, by] = chosen.map((wanted) => columns.findIndex(({ name }) => name === wanted)) as [
    number,
    number,
    number,
  ];
  const stat = chosen[1];
  const groups = grouped(rows, (row) => (by < 0 ? stat : String(row[by] as string | number | null)));
  const places = placesOf([...groups.keys()], arms);
  return [...groups].map(([name, members]): Line => {
    const known = members.filter((row) => Number.isFinite(row[x])).sort((a, b) => Number(a[x]) - Number(b[x]));
    const column = (at: number): Float64Array => Float64Array.from(known, (row) => (row[at] as number | null) ?? NaN);
    const place = places.get(name)!;
    const curve = { name, arm: name, place, dash: place, runs: [] };
    return { kind: "line", curve, stat, x: column(x), y: column(y), length: known.length, many: groups.size > MANY };
  });
}
