import { UserError } from "../core/errors.ts";

/**
 * Checks a number of things, such as `batches: size`.
 *
 * @throws {UserError} unless it is a whole number from `least` up.
 */
export function checkCount(what: string, count: number, least: 0 | 1 = 1): void {
  if (Number.isInteger(count) && count >= least) return;
  throw new UserError(`${what} must be ${least === 0 ? "0 or " : ""}a positive integer, got ${count}`);
}
