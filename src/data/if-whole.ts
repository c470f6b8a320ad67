import { UserError } from "../core/errors.ts";

/** Returns the files that `find` finds; undefined where it says that they are not whole. */
export function ifWhole<Files>(find: () => Files): Files | undefined {
  try {
    return find();
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
