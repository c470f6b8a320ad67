import { existsSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";

const OURS = ["..", "../../src/", "../../bin/"].map((folder) => fileURLToPath(new URL(folder, import.meta.url)));
/** Forms in which a line of a stack names a place: in a frame, over the quoted source, or in swc's picture of it. */
const PLACES = [
  /^\s*at (?:async )?(?:.*? \()?((?:file:|\/|[A-Z]:\\).*?):(\d+):\d+\)?$/,
  /^((?:file:|\/|[A-Z]:\\).*?):(\d+)$/,
  /\[((?:file:|\/|[A-Z]:\\).*?):(\d+):\d+\]$/,
];

/** Returns anything thrown as one line that ends with its place in the user's own files: `boom (mine.ts:12)`. */
export function oneLine(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  const syntax = /^\s*[x×] (.+)\n\s*[,╭]/.exec(text);
  const lines = syntax ? [`syntax error: ${syntax[1]}`] : text.split("\n").map((line) => line.trim());
  return lines.filter(Boolean).slice(0, 3).join(" ") + place(error);
}

function place(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  for (const line of stack.split("\n")) {
    const [, file, number] = PLACES.map((pattern) => pattern.exec(line)).find((match) => match !== null) ?? [];
    const path = file?.startsWith("file:") ? fileURLToPath(file) : file;
    if (path !== undefined && isUsers(path)) return ` (${basename(path)}:${number})`;
  }
  return "";
}

/**
 * Returns whether a file exists (source maps of packages name some that do not) and is neither ours nor a package's.
 */
function isUsers(path: string): boolean {
  return !OURS.some((folder) => path.startsWith(folder)) && !/[\\/]node_modules[\\/]/.test(path) && existsSync(path);
}
