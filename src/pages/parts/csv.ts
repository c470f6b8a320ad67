import { csvField, type QueryRows } from "../../feed/client/index.ts";
import { textOf } from "../../view/figure-rows.ts";

/**
 * Writes rows as CSV (RFC 4180): quoted where needed, NULL empty, lists and objects as JSON, text that no spreadsheet
 * runs.
 */
export function csvOf({ columns, rows }: Pick<QueryRows, "columns" | "rows">): string {
  const cell = (value: unknown): string => (value === null || value === undefined ? "" : csvField(textOf(value)));
  return [columns.map(({ name }) => name), ...rows].map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
}
