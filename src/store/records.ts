import type { QueryParameter } from "./query.ts";
import type { Store } from "./store.ts";

/** A row by the names of its columns. */
export type Row = Readonly<Record<string, unknown>>;

/** Reads the rows of a query by the names of their columns. */
export async function records(store: Store, sql: string, params: readonly QueryParameter[] = []): Promise<Row[]> {
  const { columns, rows } = await store.query(sql, params);
  return rows.map((row) => Object.fromEntries(columns.map(({ name }, i) => [name, row[i]])));
}
