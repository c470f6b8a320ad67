import { UserError } from "./errors.ts";

/** Returns the message of the UserError that a check throws; undefined when it passes. */
export function refusalOf(check: () => void): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}
