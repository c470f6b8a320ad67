import { DuckDBInstance } from "@duckdb/node-api";
import { expect, it } from "vitest";
import { transaction } from "../../src/store/transaction.ts";

it("keeps all of a task or nothing, and leaves the connection usable", async () => {
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  const run = (sql: string) => connection.run(sql);
  await run("CREATE TABLE kept (x INTEGER)");
  await transaction(run, () => run("INSERT INTO kept VALUES (1)"));
  const failing = transaction(run, async () => {
    await run("INSERT INTO kept VALUES (2)");
    throw new Error("the task's own");
  });
  await expect(failing).rejects.toThrow("the task's own");
  expect((await connection.runAndReadAll("FROM kept")).getRowsJS()).toEqual([[1]]);
  connection.closeSync();
});
