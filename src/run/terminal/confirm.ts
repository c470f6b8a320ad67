import { createInterface } from "node:readline/promises";
import { UserError } from "../../core/errors.ts";
import { plainText } from "../../core/plain-text.ts";

/**
 * Asks a question on the terminal; true for `y` or `yes`.
 *
 * @throws {UserError} with `otherwise` where there is no terminal to ask on.
 */
export async function confirm(question: string, otherwise: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw new UserError(otherwise);
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await lines.question(`${plainText(question)} [y/N] `)).trim());
  } finally {
    lines.close();
  }
}
