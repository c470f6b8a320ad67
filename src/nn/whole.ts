import { UserError } from "../core/errors.ts";

/**
 * Checks options.
 *
 * @throws {UserError} naming the first that is not a whole number from 1 up.
 */
export function checkWhole(who: string, options: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(options)) {
    if (!Number.isInteger(value) || value < 1) {
      throw new UserError(`${who}: ${name} must be a positive integer, not ${value}`);
    }
  }
}

/** Returns the numbers of a list by their places: `hidden[0]`. */
export function numbered(name: string, values: readonly number[]): Readonly<Record<string, number>> {
  return Object.fromEntries(values.map((value, i) => [`${name}[${i}]`, value]));
}
