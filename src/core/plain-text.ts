/** Controls, line and paragraph separators, marks that turn the direction of text or hide in it, and lone surrogates. */
const UNSEEN = /[\p{Cc}\p{Cs}\u2028\u2029\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/gu;

const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/**
 * Text as one line that cannot command a terminal or reorder what stands beside it: what is not seen becomes an escape
 * that is, `\n` or `\u001b`. Everything that came from a pipeline passes it on its way out of the program.
 */
export function plainText(text: string): string {
  return text.replace(UNSEEN, (char) => SHORT[char] ?? escaped(char));
}

/** JSON with the same characters as JSON's own escapes: it means what it meant. */
export function plainJson(json: string): string {
  return json.replace(UNSEEN, (char) => (char === "\n" ? char : escaped(char)));
}

const escaped = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
