import { UserError } from "./errors.ts";
import { shown, whole } from "./options.ts";

/**
 * Checks numbers by their names.
 *
 * @throws {UserError} naming the first that is not a whole number from `least` up.
 */
export function checkWhole(who: string, numbers: Readonly<Record<string, number>>, least: 0 | 1 = 1): void {
  const { what, accepts } = whole(least);
  for (const [name, value] of Object.entries(numbers)) {
    if (!accepts(value)) throw new UserError(`${who}: ${name} must be ${what}, not ${shown(value)}`);
  }
}

/** Returns the numbers of a list by their places: `hidden[0]`. */
export function numbered(name: string, values: readonly number[]): Readonly<Record<string, number>> {
  return Object.fromEntries(values.map((value, i) => [`${name}[${i}]`, value]));
}
