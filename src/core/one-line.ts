import { basename } from "node:path";
import { fileURLToPath } from "node:url";

const OURS = fileURLToPath(new URL("..", import.meta.url));

/** Anything thrown, as one line that ends with where in the user's own files it came from: `boom (mine.ts:12)`. */
export function oneLine(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  const syntax = /^\s*[x×] (.+)\n\s*[,╭]/.exec(text);
  const lines = syntax ? [`syntax error: ${syntax[1]}`] : text.split("\n").map((line) => line.trim());
  return lines.filter(Boolean).slice(0, 3).join(" ") + place(error);
}

function place(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  for (const [, file = "", line] of stack.matchAll(/((?:file:\/\/|\/|[A-Z]:\\)[^\s()]*):(\d+):\d+/g)) {
    const path = file.startsWith("file:") ? fileURLToPath(file) : file;
    if (!path.startsWith(OURS) && !/[\\/]node_modules[\\/]/.test(path)) return ` (${basename(path)}:${line})`;
  }
  return "";
}
