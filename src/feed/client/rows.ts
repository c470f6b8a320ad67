import type { ServerMessage } from "../protocol/server-messages.ts";
import type { QueryRows } from "./feed.ts";

type Decode = (value: unknown) => unknown;

/** Restores a result as it was before JSON: where a type says floating point, the names of numbers are numbers again. */
export function decodeRows({ columns, rows, truncated, ms }: Extract<ServerMessage, { type: "rows" }>): QueryRows {
  const decoders = columns.map(({ type }) => decoderOf(type));
  const decoded = rows.map((row) => row.map((value, i) => decoders[i]!(value)));
  return { columns, rows: decoded, truncated, ms };
}

const same: Decode = (value) => value;
const number: Decode = (value) => (typeof value === "string" ? Number(value) : value);
const list =
  (item: Decode): Decode =>
  (value) =>
    Array.isArray(value) ? value.map(item) : value;

const members =
  (of: ReadonlyMap<string, Decode>): Decode =>
  (value) =>
    isObject(value)
      ? Object.fromEntries(Object.entries(value).map(([name, item]) => [name, (of.get(name) ?? same)(item)]))
      : value;

const union =
  (of: ReadonlyMap<string, Decode>): Decode =>
  (value) =>
    isObject(value) ? { ...value, value: (of.get(String(value["tag"])) ?? same)(value["value"]) } : value;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What undoes JSON for a type of DuckDB's, read from its name: `STRUCT("a" DOUBLE[], "b" MAP(VARCHAR, FLOAT))`. */
function decoderOf(type: string): Decode {
  if (!/DOUBLE|FLOAT/.test(type)) return same;
  const tokens = type.match(/"(?:[^"]|"")*"|'(?:[^']|'')*'|\[\d*\]|[(),]|[^\s"'(),[\]]+/g) ?? [];
  let at = 0;
  const isNext = (token: string) => tokens[at] === token;

  function parse(): Decode {
    const name = tokens[at++];
    let decode = name === "DOUBLE" || name === "FLOAT" ? number : same;
    // Names of several words, such as TIMESTAMP WITH TIME ZONE.
    while (tokens[at] !== undefined && !/^[(),[]/.test(tokens[at]!)) at++;
    if (isNext("(")) decode = parseInside(name!);
    for (; tokens[at]?.startsWith("["); at++) decode = list(decode);
    return decode;
  }

  function parseInside(name: string): Decode {
    const inner = new Map<string, Decode>();
    const named = name === "STRUCT" || name === "UNION";
    do {
      at++;
      const key = named ? tokens[at++]!.slice(1, -1).replaceAll('""', '"') : String(inner.size);
      inner.set(key, parse());
    } while (isNext(","));
    at++;
    if (name === "STRUCT") return members(inner);
    if (name === "UNION") return union(inner);
    if (name !== "MAP") return same;
    return list(
      members(
        new Map([
          ["key", inner.get("0")!],
          ["value", inner.get("1")!],
        ]),
      ),
    );
  }

  return parse();
}
