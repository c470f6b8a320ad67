import { expect, it } from "vitest";
import { UserError } from "../../../src/core/errors.ts";
import { sqlCommand } from "../../../src/run/commands/sql.ts";
import { oneRunStore } from "../../fixtures/one-run-store.ts";
import { output } from "../../fixtures/output.ts";

it("prints the result of a query, opened for reading only", async () => {
  const path = await oneRunStore();
  expect(await output(sqlCommand(), "SELECT arm, seed FROM run", "--store", path)).toBe(
    "arm       seed\n────────  ────\nstandard     0\n(1 row)\n",
  );
  expect(await output(sqlCommand(), "SELECT 1 AS a", "--store", path, "--format", "csv")).toBe("a\r\n1\r\n");
  await expect(output(sqlCommand(), "DELETE FROM run", "--store", path)).rejects.toThrow(/read-only.* in: DELETE/);
});

it("says what to do when there is no store", async () => {
  const missing = output(sqlCommand(), "SELECT 1", "--store", "/nowhere/a.duckdb");
  await expect(missing).rejects.toThrow(UserError);
  await expect(missing).rejects.toThrow("/nowhere/a.duckdb does not exist: run something first");
});
