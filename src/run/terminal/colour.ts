import { styleText } from "node:util";

/** What a colour says of the text in it. */
export type Meaning = "good" | "bad" | "aside";

const STYLES = { good: "green", bad: "red", aside: "dim" } as const;

/** The environment that decides about colours. */
type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Tells whether text for a stream is coloured: `NO_COLOR`, where it says anything, forbids it, `FORCE_COLOR` asks for it (but not
 * by `0` or `false`), and else a terminal has colours unless `TERM` is `dumb`.
 */
export function hasColours(
  { isTTY }: { readonly isTTY?: boolean | undefined },
  env: Environment = process.env,
): boolean {
  const { NO_COLOR: forbidden = "", FORCE_COLOR: forced, TERM: terminal } = env;
  if (forbidden !== "") return false;
  if (forced !== undefined) return !["0", "false"].includes(forced);
  return isTTY === true && terminal !== "dumb";
}

/**
 * Tells whether a stream is a terminal whose lines can be drawn anew in place: not where `TERM` is `dumb`, nor where `CI`
 * says that a log is kept of it.
 */
export function canRedraw(
  { isTTY }: { readonly isTTY?: boolean | undefined },
  env: Environment = process.env,
): boolean {
  const { TERM: terminal, CI: log = "" } = env;
  return isTTY === true && terminal !== "dumb" && ["", "0", "false"].includes(log);
}

/** Gives text for standard output the colour of what it means, where there are colours. */
export function coloured(meaning: Meaning, text: string): string {
  if (!hasColours(process.stdout)) return text;
  // Whether there are colours is decided above.
  return styleText(STYLES[meaning], text, { validateStream: false });
}
