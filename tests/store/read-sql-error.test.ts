import { DuckDBInstance } from "@duckdb/node-api";
import { expect, it } from "vitest";
import { readSqlError } from "../../src/store/read-sql-error.ts";

/** What DuckDB itself says of a statement. */
async function refused(sql: string) {
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  await connection.run("CREATE TABLE curve(arm VARCHAR, loss DOUBLE, accuracy DOUBLE, step INTEGER)");
  const error: unknown = await connection.run(sql).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  const { message, fault } = readSqlError((error as Error).message, sql);
  const { position, candidates } = fault;
  return { message, at: position === undefined ? undefined : sql.slice(position).split(/\s/)[0], candidates };
}

const LONG = "arm, step, loss, accuracy, ".repeat(8);

it.each([
  ["SELECT los FROM curve", "los", ["loss"]],
  ["SELECT\n arm,\n  'ü', los\nFROM curve", "los", ["loss"]],
  ["SELECT * FROM curvee", "curvee", ["curve"]],
  ["SELECT arm,\n losz(1) FROM curve", "losz(1)", ["log"]],
  [`SELECT ${LONG} nada FROM curve WHERE arm = 'long' AND step > 10 AND step < 1000`, "nada", ["accuracy", "arm"]],
  ["SELECT c.los FROM curve c", "c.los", ["loss", "step"]],
  ["SELECT step, avg(loss) FROM curve", "step,", undefined],
  ["SELCT 1", "SELCT", undefined],
])("finds what is wrong in %j", async (sql, at, candidates) => {
  expect(await refused(sql)).toMatchObject({ at, candidates });
});

it("keeps one line, with the candidates in it", async () => {
  const { message } = await refused("SELECT los FROM curve");
  expect(message).toBe('Binder Error: Referenced column "los" not found in FROM clause, did you mean "loss"?');
  expect(readSqlError("out of memory\nPossible solutions:\n* more", "SELECT 1")).toMatchObject({
    message: "out of memory",
    fault: {},
  });
});
