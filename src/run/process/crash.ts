import { inspect } from "node:util";
import { oneLine } from "../../core/one-line.ts";
import { UserError } from "../../core/errors.ts";
import { plainText } from "../../core/plain-text.ts";

/** More of a message says nothing more. */
const LONGEST = 400;

let code: number | undefined;
/** The pipeline whose code has run in this process. */
let owner: string | undefined;

/** Tells whether an error that nothing caught ends this thread. */
export const hasCrashed = (): boolean => code !== undefined;

/** Remembers an error that nothing caught; says whether it is the first. */
export function noteCrash(error: unknown): boolean {
  const isFirst = code === undefined;
  code ??= error instanceof UserError ? 2 : 1;
  return isFirst;
}

/** Notes whose code runs here from now on: what throws outside any call before anything trains is its. */
export function noteOwner(pipeline: string): void {
  owner = pipeline;
}

/**
 * Tells of an error that nothing caught, such as one that a pipeline's timer or a promise of its threw, in one line;
 * then what is under way ends as if interrupted, with everything that was recorded, or the process does where nothing
 * is.
 */
export function onCrash(error: unknown): void {
  if (!noteCrash(error)) return;
  const isUnderWay = process.listenerCount("SIGTERM") > 0;
  if (owner !== undefined && !isUnderWay) {
    code = 2;
    process.stderr.write(
      plainText(`gradstream: ${owner}: its code threw outside any call: ${cut(reasonOf(error))}`) + "\n",
    );
  } else {
    process.stderr.write(`gradstream: outside any stream: ${described(error)}\n`);
  }
  if (!isUnderWay) return leaveIfCrashed();
  process.emit("SIGTERM");
}

/** Ends the process after a crash: what threw may keep it alive. */
export function leaveIfCrashed(): void {
  if (code !== undefined) process.exit(code);
}

/**
 * Writes an error as one line and, where that names no file of the user's, its stack, without the source that Node
 * quotes.
 */
export function described(error: unknown): string {
  const line = cut(reasonOf(error));
  if (error instanceof UserError || / \([^()]+:\d+\)$/.test(line) || !(error instanceof Error)) return line;
  const frames = (error.stack ?? "").split("\n").filter((frame) => /^\s+at /.test(frame));
  return [line, ...frames].join("\n");
}

/** One line, with the cause of an error that has one (`fetch failed`); what is no error is shown as it is. */
function reasonOf(error: unknown): string {
  if (typeof error === "string") return oneLine(error);
  if (!(error instanceof Error)) return inspect(error, { breakLength: Infinity, depth: 0 }).split("\n")[0]!;
  const { cause } = error;
  if (!(cause instanceof Error)) return oneLine(error);
  return `${oneLine(error)}: ${cause.message || String((cause as NodeJS.ErrnoException).code)}`;
}

const cut = (line: string): string => (line.length > LONGEST ? `${line.slice(0, LONGEST)} …` : line);
