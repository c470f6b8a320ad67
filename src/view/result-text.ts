import { textOf } from "./figure-rows.ts";
import { formatNumber, isPlain } from "./numbers.ts";

/** Digits of a fraction in a table of what SQL gave. */
const DIGITS = 7;

/**
 * Writes a value that SQL gave as a table shows it: whole numbers with all their digits, others in seven, or all where seven do
 * not reach the point, none grouped, as they are typed in SQL; very large and small ones as everywhere.
 */
export function resultText(value: unknown): string {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return textOf(value);
  if (Math.abs(value) >= 10 ** DIGITS && Math.abs(value) < Number.MAX_SAFE_INTEGER) return String(value);
  const rounded = Number(value.toPrecision(DIGITS));
  return isPlain(rounded) || !Number.isFinite(value) ? String(rounded) : formatNumber(value, DIGITS);
}
