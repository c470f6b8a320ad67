import { plainJson } from "../../core/plain-text.ts";
import { encodeNumber } from "../../feed/protocol/number.ts";

/** Writes a value as JSON over several lines, with a newline at the end. Non-finite numbers are strings. */
export function jsonText(value: unknown): string {
  return `${plainJson(JSON.stringify(value, named, 2))}\n`;
}

/** Writes a value as one line of JSON, with a newline at the end. */
export function jsonLine(value: unknown): string {
  return `${plainJson(JSON.stringify(value, named))}\n`;
}

/** Replaces what JSON, as JavaScript writes it, has no number for (NaN, the infinities, -0) by its name. */
export function named(_key: string, value: unknown): unknown {
  return typeof value === "number" ? encodeNumber(value) : value;
}
