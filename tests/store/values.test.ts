import { join } from "node:path";
import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import { beforeAll, describe, expect, it } from "vitest";
import { sqlCommand } from "../../src/run/commands/sql.ts";
import { openStore } from "../../src/store/open-store.ts";
import { follow } from "../fixtures/followed.ts";
import { output } from "../fixtures/output.ts";
import { temporaryFolder } from "../fixtures/runs.ts";
import { serve } from "../fixtures/served-store.ts";

/** Of each type, by DuckDB's name of it: values at its edges. */
const SCALARS: Readonly<Record<string, readonly string[]>> = {
  BOOLEAN: ["true", "false"],
  TINYINT: ["(-128)::TINYINT", "127::TINYINT"],
  SMALLINT: ["(-32768)::SMALLINT"],
  INTEGER: ["(-2147483648)::INTEGER", "0"],
  BIGINT: ["9007199254740991", "9007199254740993", "(-9223372036854775808)::BIGINT"],
  HUGEINT: ["7::HUGEINT", "170141183460469231731687303715884105727", "(-9007199254740993)::HUGEINT"],
  UTINYINT: ["255::UTINYINT"],
  USMALLINT: ["65535::USMALLINT"],
  UINTEGER: ["4294967295::UINTEGER"],
  UBIGINT: ["18446744073709551615::UBIGINT"],
  UHUGEINT: ["340282366920938463463374607431768211455::UHUGEINT", "1::UHUGEINT"],
  BIGNUM: ["'-123456789012345678901234567890123456789012345678901234567890'::BIGNUM", "'12'::BIGNUM"],
  DECIMAL: [
    "1.50::DECIMAL(4, 2)",
    "(-0.05)::DECIMAL(4, 2)",
    "12345678901234.5::DECIMAL(18, 1)",
    "123456789012345.67::DECIMAL(18, 2)",
    "12345678901234567890123456789.123456789::DECIMAL(38, 9)",
    "0.00000000000000000001::DECIMAL(38, 20)",
  ],
  FLOAT: ["0.1::FLOAT", "'-infinity'::FLOAT", "'nan'::FLOAT"],
  DOUBLE: ["0.1::DOUBLE", "1e308::DOUBLE", "5e-324::DOUBLE", "'nan'::DOUBLE", "'inf'::DOUBLE", "'-0.0'::DOUBLE"],
  VARCHAR: ["''", "'NULL'", "'NaN'", "'a,\"b\"\n\u001b'", "'🦆'"],
  JSON: [`'{"a": 12345678901234567890}'::JSON`],
  ENUM: ["'ü'::ENUM('ü', 'b')"],
  BIT: ["'0101'::BIT", "'1'::BIT"],
  UUID: ["'00000000-0000-0000-0000-000000000001'::UUID", "'ffffffff-ffff-ffff-ffff-ffffffffffff'::UUID"],
  DATE: ["2024-02-29", "9999-12-31", "99999-01-01", "0001-01-01 (BC)", "0044-03-15 (BC)", "infinity", "-infinity"].map(
    (text) => `DATE '${text}'`,
  ),
  TIME: ["TIME '01:02:03.000004'", "TIME '24:00:00'"],
  TIME_NS: ["'01:02:03.000000004'::TIME_NS"],
  "TIME WITH TIME ZONE": ["TIMETZ '01:02:03.4+05:30:15'", "TIMETZ '00:00:00-15:59:59'"],
  TIMESTAMP: ["2024-01-02 03:04:05", "2024-01-02 03:04:05.000006", "1969-12-31 23:59:59.999999", "infinity"]
    .concat(["-infinity", "0001-06-01 (BC) 12:00:00.000001", "290000-01-01 01:02:03.5"])
    .map((text) => `TIMESTAMP '${text}'`),
  TIMESTAMP_S: ["TIMESTAMP_S '2024-01-02 03:04:05'", "TIMESTAMP_S '-infinity'"],
  TIMESTAMP_MS: ["TIMESTAMP_MS '2024-01-02 03:04:05.678'", "TIMESTAMP_MS 'infinity'"],
  TIMESTAMP_NS: ["TIMESTAMP_NS '2024-01-02 03:04:05.000000006'", "TIMESTAMP_NS '-infinity'"],
  "TIMESTAMP WITH TIME ZONE": ["TIMESTAMPTZ '2024-07-02 03:04:05.000006+02'", "TIMESTAMPTZ 'infinity'"],
  INTERVAL: ["INTERVAL '-1 year -2 months 3 days -04:05:06.789'", "INTERVAL '0 days'", "INTERVAL '30 hours'"],
  GEOMETRY: ["'POINT (1 2)'::GEOMETRY", "'LINESTRING (0 0, 1 1.5)'::GEOMETRY"],
  VARIANT: ["{'a': 12345678901234567890}::VARIANT", "[1]::VARIANT"],
  TYPE: ["get_type(1)"],
};

/** Types that nothing can be cast to by their bare name. Their values are made of others: below. */
const MADE = ["LIST", "ARRAY", "STRUCT", "MAP", "UNION", "NULL"];

/** What is made of others: its literal, and the value. */
const NESTED: readonly (readonly [literal: string, value: unknown])[] = [
  ["[9007199254740993, 1, NULL]", ["9007199254740993", 1, null]],
  ["[DATE 'infinity', DATE '2024-01-02']", ["infinity", "2024-01-02"]],
  ["array_value('\\x00\\xFF'::BLOB, 'a'::BLOB)", ["00ff", "61"]],
  ["[['nan'::DOUBLE, '-0.0'], [], NULL]", [[NaN, -0], [], null]],
  [
    "{'a b': 'inf'::DOUBLE, 'c': TIMESTAMP_NS '2024-01-01 00:00:00.000000001'}",
    {
      "a b": Infinity,
      c: "2024-01-01 00:00:00.000000001",
    },
  ],
  [
    "MAP {'NaN': 'nan'::DOUBLE, '': NULL}",
    [
      { key: "NaN", value: NaN },
      { key: "", value: null },
    ],
  ],
  ['union_value("d""x" := \'nan\'::FLOAT)', { tag: 'd"x', value: NaN }],
  [
    "[{'u': union_value(text := 'NaN'), 'm': MAP {1: [1.5::DOUBLE, 'nan']}}]",
    [{ u: { tag: "text", value: "NaN" }, m: [{ key: 1, value: [1.5, NaN] }] }],
  ],
  ["NULL", null],
];

/** What JavaScript has no shape for comes as DuckDB's text. */
const AS_TEXT = ["{'__proto__': 1, 'a': 2}", "[row(1, 'x')]", "{'g': 'POINT (1 2)'::GEOMETRY}"];

interface Case {
  readonly literal: string;
  readonly value: unknown;
}

let duckdb: DuckDBConnection;
let cases: readonly Case[];

/** DuckDB's own text for it. */
async function textOf(expression: string): Promise<string> {
  const { rows } = await read(`SELECT (${expression})::VARCHAR`);
  return rows[0]![0] as string;
}

async function read(sql: string): Promise<{ readonly rows: readonly (readonly unknown[])[] }> {
  return { rows: (await duckdb.runAndReadAll(sql)).getRows() };
}

/** What the rule makes of a scalar, from DuckDB's text for it. */
async function valueOf(type: string, literal: string): Promise<unknown> {
  const text = await textOf(literal);
  if (type === "BOOLEAN") return text === "true";
  if (type === "DOUBLE") return Number(text.replace("inf", "Infinity"));
  if (type === "FLOAT") return Math.fround(Number(text.replace("inf", "Infinity")));
  const digits = /^-?0*([\d.]*)$/.exec(text)?.[1]?.replace(".", "");
  const isInteger = /^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$|^BIGNUM$/.test(type);
  if (isInteger) return Number.isSafeInteger(Number(text)) ? Number(text) : text;
  if (type === "DECIMAL" && digits !== undefined) return digits.replace(/^0+/, "").length <= 15 ? Number(text) : text;
  return text;
}

beforeAll(async () => {
  duckdb = await (await DuckDBInstance.create()).connect();
  await duckdb.run("SET TimeZone = 'UTC'");
  const scalars = Object.entries(SCALARS).flatMap(([type, literals]) => literals.map((literal) => ({ type, literal })));
  cases = [
    ...(await Promise.all(
      scalars.map(async ({ type, literal }) => ({ literal, value: await valueOf(type, literal) })),
    )),
    ...["\\x00\\xFF", "", "abc"].map((bytes) => ({
      literal: `'${bytes}'::BLOB`,
      value: bytes === "\\x00\\xFF" ? "00ff" : Buffer.from(bytes).toString("hex"),
    })),
    ...(await Promise.all(AS_TEXT.map(async (literal) => ({ literal, value: await textOf(literal) })))),
    ...NESTED.map(([literal, value]) => ({ literal, value })),
  ];
});

const everything = () => `SELECT ${cases.map(({ literal }, i) => `${literal} AS "v${i}"`).join(", ")}`;
const expectAll = (values: readonly unknown[], wanted: (value: unknown) => unknown = (value) => value) => {
  const said = cases.map(({ literal }, i) => [literal, values[i]]);
  expect(said).toEqual(cases.map(({ literal, value }) => [literal, wanted(value)]));
};

/** A value as JSON can hold it: what it cannot is a name. */
const named = (_key: string, value: unknown): unknown =>
  typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0))
    ? Object.is(value, -0)
      ? "-0"
      : String(value)
    : value;
const inJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value, named));
const inCell = (value: unknown): string =>
  typeof value === "object" ? JSON.stringify(value, named) : String(named("", value));

/** Numbers that tables write as powers of ten. */
const POWERS = new Map<unknown, string>([
  [1e-20, "10⁻²⁰"],
  [1e308, "10³⁰⁸"],
  [5e-324, "4.940656×10⁻³²⁴"],
]);

/** Rounds a fraction as tables do. */
const inSeven = (value: unknown): unknown =>
  typeof value === "number" && Math.abs(value) < 1e7 ? Number(value.toPrecision(7)) + 0 : value;

async function emptyStore(): Promise<string> {
  const path = join(temporaryFolder(), "a.duckdb");
  await (await openStore(path)).close();
  return path;
}

const asked = (path: string, format: string, sql: string) =>
  output(sqlCommand(), sql, "--store", path, "--format", format);

describe("values of every type of DuckDB's", () => {
  it("are all looked at", async () => {
    const { rows } = await read("SELECT DISTINCT logical_type FROM duckdb_types() WHERE type_name <> 'JSON'");
    const known = [...Object.keys(SCALARS), ...MADE, "BLOB"];
    expect(rows.flat().filter((type) => !known.includes(String(type)))).toEqual([]);
    for (const type of MADE) await expect(duckdb.run(`SELECT NULL::${type}`)).rejects.toThrow();
  });

  it("come out of a store whole", async () => {
    const store = await openStore(await emptyStore(), { readOnly: true });
    const { rows, columns } = await store.query(everything());
    expectAll(rows[0]!);
    const types = Object.fromEntries(columns.map(({ type }, i) => [cases[i]!.literal, type]));
    expect(types).toMatchObject({ "get_type(1)": "TYPE", "[1]::VARIANT": "VARIANT", "'0101'::BIT": "BIT" });
    // One at a time, and as a parameter decides.
    for (const { literal, value } of cases) {
      expect([literal, (await store.query(`SELECT ${literal} AS "a""b";`)).rows]).toEqual([literal, [[value]]]);
    }
    for (const end of [";", " -- end", "; -- end", ";\n/* end */ ;"]) {
      expect((await store.query(`SELECT row(1, 'it''s'), 2${end}`)).rows).toEqual([["(1, 'it\\'s')", 2]]);
    }
    expect((await store.query("SELECT row(1, 2), $1::INTEGER", [3])).rows).toEqual([["(1, 2)", 3]]);
    expect((await store.query("SELECT $1, $2", ["NaN", 1.5])).rows).toEqual([["NaN", 1.5]]);
    await store.close();
  });

  it("come over the feed as the store has them", async () => {
    const { server } = await serve();
    const { feed } = follow(server.url);
    expectAll((await feed.query(everything())).rows[0]!);
  });

  it("are printed whole as JSON and CSV, where NULL is not the empty text", async () => {
    const path = await emptyStore();
    const [object] = JSON.parse(await asked(path, "json", everything())) as [object];
    expectAll(Object.values(object), inJson);

    const csv = await asked(path, "csv", `${everything()}, '' AS v_empty, NULL AS v_null`);
    expect(csv).toMatch(/,"",\r\n$/);
    const fields = csv
      .slice(csv.indexOf("\r\n") + 2)
      .match(/("(?:[^"]|"")*"|[^,"\r\n]*)(?:,|\r\n)/g)!
      .map((field) => field.replace(/(,|\r\n)$/, ""))
      .map((field) => (field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field));
    expectAll(fields, (value) => (value === null ? "" : seen(inCell(value))));
  });

  it("are printed as a table, fractions in seven digits", async () => {
    const path = await emptyStore();
    for (const { literal, value } of cases) {
      const [, , cell] = (await asked(path, "table", `SELECT ${literal} AS v`)).split("\n");
      const shown = value === null ? "" : (POWERS.get(value) ?? inCell(inSeven(value)));
      expect([literal, cell!.trim()]).toEqual([literal, seen(shown)]);
    }
  });
});

/** Control characters leave as escapes: they are text's, and command nothing. */
const seen = (text: string): string => text.replace("\n", "\\n").replace("\u001b", "\\u001b");

it("gives dates and times as DuckDB's own text over all the years there are", async () => {
  const store = await openStore(await emptyStore(), { readOnly: true });
  const random = (k: number, within: bigint) => `((hash(range + ${k}) % ${2n * within})::HUGEINT - ${within})::BIGINT`;
  const { rows } = await store.query(
    `SELECT d, d::VARCHAR, t, t::VARCHAR, n, n::VARCHAR, z, z::VARCHAR, s, s::VARCHAR FROM (
       SELECT DATE '1970-01-01' + ${random(0, 2_000_000n)}::INTEGER AS d, make_timestamp(${random(1, 9n * 10n ** 18n)}) AS t,
         make_timestamp_ns(${random(2, 9n * 10n ** 18n)}) AS n, make_timestamp(${random(3, 10n ** 16n)})::TIMESTAMPTZ AS z,
         make_timestamp(${random(4, 10n ** 17n)})::TIMESTAMP_S AS s
       FROM range(2000))`,
  );
  expect(rows.length).toBe(2000);
  for (const row of rows) for (let i = 0; i < row.length; i += 2) expect(row[i]).toBe(row[i + 1]);
  await store.close();
});
