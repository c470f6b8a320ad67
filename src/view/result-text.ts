import { textOf } from "./figure-rows.ts";

/** Digits of a fraction in a table of what SQL gave. */
const DIGITS = 7;

/** Writes a value that SQL gave as a table shows it: whole numbers whole, others in seven digits. */
export const resultText = (value: unknown): string =>
  textOf(typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(DIGITS)) : value);
