import type { ServerMessage } from "../wire/server-messages.ts";
import type { QueryRows } from "./feed.ts";

/** A floating-point type, or lists of one. */
const FLOATING = /^(DOUBLE|FLOAT)(\[\d*\])*$/;

/** A result as it was before JSON: in columns of floating-point numbers, names of non-finite ones are numbers. */
export function decodeRows({ columns, rows, truncated, ms }: Extract<ServerMessage, { type: "rows" }>): QueryRows {
  const floating = columns.map(({ type }) => FLOATING.test(type));
  const decoded = rows.map((row) => row.map((value, i) => (floating[i] ? decode(value) : value)));
  return { columns, rows: decoded, truncated, ms };
}

function decode(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decode);
  return typeof value === "string" ? Number(value) : value;
}
