import { csvField, plainText } from "../../core/plain-text.ts";
import type { QueryResult } from "../../store/query.ts";
import { isNumericType } from "../../view/numeric-type.ts";
import { resultText } from "../../view/result-text.ts";
import { encodeNumber } from "../../feed/protocol/number.ts";
import { jsonText, named } from "./json-text.ts";

/** Names of the formats. */
export const FORMATS = ["table", "csv", "json"] as const;

/** How a result is written. */
export type Format = (typeof FORMATS)[number];

/** Writes a result as text that ends with a newline: an aligned table, CSV (RFC 4180) or a JSON array of objects. */
export function render(result: QueryResult, format: Format): string {
  if (format === "csv") return renderCsv(result);
  if (format === "json") return renderJson(result);
  return renderTable(result);
}

/** Writes columns padded to one width, numbers to the right, the number of rows last. */
export function renderTable({ columns, rows }: QueryResult): string {
  const cells = rows.map((row) => row.map((value) => plainText(shownText(value))));
  const names = columns.map(({ name }) => plainText(name));
  const widths = names.map((name, i) => cells.reduce((most, row) => Math.max(most, width(row[i] ?? "")), width(name)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => pad(cell, widths[i] ?? 0, isNumericType(columns[i]?.type ?? "")))
      .join("  ")
      .trimEnd();
  return [
    line(names),
    widths.map((w) => "─".repeat(w)).join("  "),
    ...cells.map(line),
    `(${rows.length} ${rows.length === 1 ? "row" : "rows"})`,
    "",
  ].join("\n");
}

/**
 * Writes CSV by RFC 4180: CRLF, a header, quotes where needed. NULL is empty; NaN and the infinities are their names.
 */
function renderCsv({ columns, rows }: QueryResult): string {
  const isWritten = columns.map(({ type }) => !/^(INTERVAL|TIME|DATE|BLOB|BIT|UUID)/.test(type));
  const header = columns.map(({ name }) => csvField(name));
  const lines = rows.map((row) =>
    row.map((value, i) => (value === null ? "" : csvField(cellText(value), isWritten[i]))),
  );
  return [header, ...lines].map((fields) => `${fields.join(",")}\r\n`).join("");
}

/** Writes a JSON array of objects. Non-finite numbers are strings. */
function renderJson({ columns, rows }: QueryResult): string {
  const objects = rows.map((row) => Object.fromEntries(columns.map(({ name }, i) => [name, row[i]])));
  return jsonText(objects);
}

/** Writes a value of a table for people: numbers as everywhere, NULL empty. */
const shownText = (value: unknown): string =>
  value === null ? "" : typeof value === "number" ? resultText(value) : cellText(value);

/** Writes a value as one text. */
export function cellText(value: unknown): string {
  if (typeof value === "object" && value !== null) return JSON.stringify(value, named);
  return String(typeof value === "number" ? encodeNumber(value) : value);
}

function width(text: string): number {
  return Array.from(text).length;
}

function pad(text: string, to: number, right: boolean): string {
  const fill = " ".repeat(Math.max(0, to - width(text)));
  return right ? fill + text : text + fill;
}
