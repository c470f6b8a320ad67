import type { QueryRows } from "../../feed/client/index.ts";

/** A table or view and its columns. */
export interface TableColumns {
  readonly name: string;
  readonly isView: boolean;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

/** Asks for every column of every table and view. */
export const SCHEMA_SQL = `SELECT table_name, table_type = 'VIEW', column_name, data_type
FROM information_schema.columns JOIN information_schema.tables USING (table_catalog, table_schema, table_name)
WHERE table_schema = 'main' AND table_name NOT IN ('schema_version', 'extension_version') ORDER BY 2, 1, ordinal_position`;

/** Reads the answer to SCHEMA_SQL. */
export function tablesOf({ rows }: Pick<QueryRows, "rows">): TableColumns[] {
  const tables = new Map<string, { name: string; isView: boolean; columns: { name: string; type: string }[] }>();
  for (const [table, isView, column, type] of rows as readonly [string, boolean, string, string][]) {
    if (!tables.has(table)) tables.set(table, { name: table, isView, columns: [] });
    tables.get(table)!.columns.push({ name: column, type });
  }
  return [...tables.values()];
}
