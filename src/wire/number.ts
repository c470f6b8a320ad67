/** JSON has no NaN and no infinities: they travel as their names. */
export type WireNumber = number | "NaN" | "Infinity" | "-Infinity";

export function encodeNumber(value: number): WireNumber {
  return Number.isFinite(value) ? value : (String(value) as WireNumber);
}

/** Undoes `encodeNumber`. */
export function decodeNumber(value: WireNumber): number {
  return Number(value);
}
