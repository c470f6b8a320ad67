import { formatNumber } from "./numbers.ts";

/** What a measured number must be to pass. */
interface Criterion {
  readonly passes: "at most" | "at least";
  /** The threshold itself does not pass. */
  readonly strict: boolean;
  readonly threshold: number;
  /** Of the number; none for a bare one. */
  readonly unit?: string | undefined;
}

/** Digits of measured numbers and thresholds. */
const DIGITS = 3;

/** Writes a measured number with its unit: `3.2 points`, `0.42 ×`; a dash for none. */
export const measuredText = (value: number | null, unit = ""): string =>
  value === null || unit === "" ? formatNumber(value, DIGITS) : `${formatNumber(value, DIGITS)} ${unit}`;

/** Writes the range of a number over seeds behind it, ` (0.4 to 0.45)`; nothing where there is none. */
export const spreadText = (low: number | null, high: number | null): string =>
  low !== null && high !== null && low < high ? ` (${measuredText(low)} to ${measuredText(high)})` : "";

/** Writes what the paper gives behind a number, `; the paper 5 points`; nothing where it gives none. */
export const paperText = (value: number | null, unit?: string): string =>
  value === null ? "" : `; the paper ${measuredText(value, unit)}`;

/** Writes `≤ 0.6`, or `< 0.6` where the threshold itself does not pass; `≥ 2 points`. */
export function criterionOf({ passes, strict, threshold, unit }: Criterion): string {
  const sign = passes === "at most" ? (strict ? "<" : "≤") : strict ? ">" : "≥";
  return `${sign} ${measuredText(threshold, unit)}`;
}
