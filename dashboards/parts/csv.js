import { csvField } from "/client.js";

/** Rows as CSV (RFC 4180): quoted where needed, NULL empty, lists and objects as JSON, text that no spreadsheet runs. */
export function csvOf(columns, rows) {
  const cell = (value) => {
    if (value === null || value === undefined) return "";
    return csvField(typeof value === "object" ? JSON.stringify(value) : String(value));
  };
  return [columns.map(({ name }) => name), ...rows].map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
}
