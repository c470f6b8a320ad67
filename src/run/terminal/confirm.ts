import { createInterface } from "node:readline";
import { UserError } from "../../core/errors.ts";
import { plainText } from "../../core/plain-text.ts";
import { Interrupted } from "./interrupted.ts";

/**
 * Asks a question on the terminal; true for `y` or `yes`, false for anything else and for the end of the input.
 *
 * @throws {UserError} with `otherwise` where there is no terminal to ask on, and an `Interrupted` for Ctrl-C.
 */
export async function confirm(question: string, otherwise: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw new UserError(otherwise);
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await new Promise<boolean>((resolve, reject) => {
      lines.once("close", () => resolve(false));
      lines.once("SIGINT", () => reject(new Interrupted("interrupted; nothing was done")));
      lines.question(`${plainText(question)} [y/N] `, (answer) => resolve(/^y(es)?$/i.test(answer.trim())));
    });
  } finally {
    lines.close();
  }
}
