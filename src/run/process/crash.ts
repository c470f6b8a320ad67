import { oneLine } from "../../core/one-line.ts";
import { UserError } from "../../core/errors.ts";

let code: number | undefined;

/** Tells whether an error that nothing caught ends this thread. */
export const hasCrashed = (): boolean => code !== undefined;

/** Remembers an error that nothing caught; says whether it is the first. */
export function noteCrash(error: unknown): boolean {
  const isFirst = code === undefined;
  code ??= error instanceof UserError ? 2 : 1;
  return isFirst;
}

/**
 * Tells of an error that nothing caught, such as one that a pipeline's timer or a promise of its threw, in one line;
 * then what is under way ends as if interrupted, with everything that was recorded, or the process does where nothing
 * is.
 */
export function onCrash(error: unknown): void {
  if (!noteCrash(error)) return;
  process.stderr.write(`gradstream: outside any stream: ${described(error)}\n`);
  if (process.listenerCount("SIGTERM") === 0) return leaveIfCrashed();
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
  const line = oneLine(error);
  if (error instanceof UserError || / \([^()]+:\d+\)$/.test(line) || !(error instanceof Error)) return line;
  const frames = (error.stack ?? "").split("\n").filter((frame) => /^\s+at /.test(frame));
  return [line, ...frames].join("\n");
}
