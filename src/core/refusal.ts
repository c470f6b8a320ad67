import { UserError } from "./errors.ts";

/** Why a check refuses: what its UserError says; undefined when it passes. */
export function refusalOf(check: () => void): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
}
