/**
 * Controls, line and paragraph separators, marks that change the direction of text or hide in it, and lone surrogates.
 */
const UNSEEN = /[\p{Cc}\p{Cs}\u2028\u2029\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/gu;

/** Colours of terminals, which say nothing that the text does not. */
// eslint-disable-next-line no-control-regex
const COLOURS = /\u001b\[[\d;]*m/g;

const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/**
 * Returns text as one line that cannot command a terminal or reorder its surroundings: invisible characters become
 * visible escapes, `\n` or `\u001b`, and colours are removed. Everything from a pipeline passes it on its way out of
 * the program.
 */
export function plainText(text: string): string {
  return text.replace(COLOURS, "").replace(UNSEEN, (char) => SHORT[char] ?? escaped(char));
}

/** Returns text with every line made plain. */
export function plainLines(text: string): string {
  return text.split("\n").map(plainText).join("\n");
}

/**
 * Returns text as a field of CSV (RFC 4180), quoted where needed. A spreadsheet takes text that begins with `=`, `+`,
 * `-` or `@` for a formula: an apostrophe before it prevents that, unless it is a number or of a type whose values
 * nobody wrote (`isWritten` false).
 */
export function csvField(text: string, isWritten = true): string {
  const plain = plainText(text);
  const safe = isWritten && /^[=+\-@]/.test(plain) && !NUMBER.test(plain) ? `'${plain}` : plain;
  return safe === "" || /[",]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$|^-Infinity$/i;

/** Returns JSON with invisible characters as JSON's own escapes: its meaning stays. */
export function plainJson(json: string): string {
  return json.replace(UNSEEN, (char) => (char === "\n" ? char : escaped(char)));
}

const escaped = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
