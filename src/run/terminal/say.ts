import { plainText } from "../../core/plain-text.ts";

/** Writes a line to standard error, whoever wrote its text. */
export function say(text: string): void {
  process.stderr.write(`${plainText(text)}\n`);
}
