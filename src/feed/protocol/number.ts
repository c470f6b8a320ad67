/** JSON has no NaN and no infinities, and JavaScript writes -0 as 0: they travel as their names. */
export type WireNumber = number | "NaN" | "Infinity" | "-Infinity" | "-0";

/** Writes a number so that JSON has it: what is not finite by its name. */
export function encodeNumber(value: number): WireNumber {
  if (Object.is(value, -0)) return "-0";
  return Number.isFinite(value) ? value : (String(value) as WireNumber);
}

/** Undoes `encodeNumber`. */
export function decodeNumber(value: WireNumber): number {
  return Number(value);
}
