import { expect, it } from "vitest";
import { decodeRows } from "../../../src/feed/client/rows.ts";

const decoded = (type: string, value: unknown): unknown =>
  decodeRows({ type: "rows", id: 1, columns: [{ name: "a", type }], rows: [[value]], truncated: false, ms: 0 })
    .rows[0]![0];

it.each([
  ["DOUBLE", "NaN", NaN],
  ["FLOAT[]", [1, "Infinity"], [1, Infinity]],
  ["VARCHAR", "NaN", "NaN"],
  ['STRUCT("a" VARCHAR, "b" DOUBLE)', { a: "Infinity", b: "Infinity" }, { a: "Infinity", b: Infinity }],
  ['STRUCT("a" TIMESTAMP WITH TIME ZONE, "b" DOUBLE)', { a: "x", b: "-Infinity" }, { a: "x", b: -Infinity }],
  [
    'STRUCT("a" TIME WITH TIME ZONE[], "b" DECIMAL(18,3), "c" DOUBLE[2])',
    { a: ["x"], b: 1, c: ["NaN", 2] },
    { a: ["x"], b: 1, c: [NaN, 2] },
  ],
  ["MAP(TIMESTAMP WITH TIME ZONE, DOUBLE)", [{ key: "x", value: "NaN" }], [{ key: "x", value: NaN }]],
])("of type %s, %j are the numbers again that JSON has none for", (type, value, wanted) => {
  expect(decoded(type, value)).toEqual(wanted);
});
