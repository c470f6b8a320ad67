import type { QueryRows } from "../../feed/client/index.ts";

/** Reads the rows of an answer by the names of their columns. */
export function namedRows<T>({ columns, rows }: Pick<QueryRows, "columns" | "rows">): T[] {
  const names = columns.map(({ name }) => name);
  return rows.map((row) => Object.fromEntries(names.map((name, i) => [name, row[i]])) as T);
}
