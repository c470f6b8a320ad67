import { SqlError } from "../core/errors.ts";

/** Reads what DuckDB said of a statement: its first line, the candidates, and the line with a caret below it. */
export function readSqlError(message: string, sql: string): SqlError {
  const [reason = "", ...rest] = message.split("\n");
  const position = positionOf(rest, sql);
  const candidates = candidatesOf(rest.join("\n"));
  const names = candidates.map((name) => `"${name}"`).join(", ");
  const plain = reason.replace(/^Failed to extract statements: /, "");
  return new SqlError(names === "" ? plain : `${plain.replace(/!$/, ",")} did you mean ${names}?`, {
    ...(position !== undefined && { position }),
    ...(candidates.length > 0 && { candidates }),
  });
}

const LINE = /^LINE (\d+): /;

/** A long line is shown in part, with dots in place of what is left out. */
function positionOf(lines: readonly string[], sql: string): number | undefined {
  const at = lines.findIndex((line) => LINE.test(line));
  const caret = lines[at + 1]?.indexOf("^") ?? -1;
  if (at < 0 || caret < 0) return undefined;
  const [head, number] = LINE.exec(lines[at]!)!;
  const before = sql.split("\n").slice(0, Number(number) - 1);
  const line = sql.split("\n")[Number(number) - 1] ?? "";
  const shown = lines[at]!.slice(head.length);
  const isCut = shown.startsWith("...") && !line.startsWith("...");
  const part = shown.slice(isCut ? 3 : 0).replace(/\.\.\.$/, "");
  const start = isCut ? line.indexOf(part) : 0;
  if (start < 0) return undefined;
  const column = start + caret - head.length - (isCut ? 3 : 0);
  return before.reduce((sum, one) => sum + one.length + 1, 0) + Math.min(Math.max(0, column), line.length);
}

function candidatesOf(text: string): string[] {
  const named = /(?:Candidate bindings: (?:: )?|Did you mean )([^\n]*)/.exec(text)?.[1] ?? "";
  return [...named.matchAll(/"((?:[^"]|"")+)"/g)].map(([, name]) => name!.replaceAll('""', '"'));
}
