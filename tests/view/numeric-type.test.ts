import { DuckDBInstance } from "@duckdb/node-api";
import { expect, it } from "vitest";
import { isNumericType } from "../../src/view/numeric-type.ts";

it("knows the numbers among the names that DuckDB gives its types", async () => {
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  const columns = await connection.runAndReadAll(
    `DESCRIBE SELECT 1::TINYINT, 1::UBIGINT, 1::HUGEINT, 1::INTEGER, 1::FLOAT, 1::DOUBLE, 1::DECIMAL(18, 3),
       'a', true, DATE '2024-01-01', INTERVAL 1 DAY, [1::DECIMAL(4, 2)], [1], {a: 1}`,
  );
  const types = columns.getRows().map((row) => String(row[1]));
  expect(types.map(isNumericType)).toEqual([...Array<boolean>(7).fill(true), ...Array<boolean>(7).fill(false)]);
});
