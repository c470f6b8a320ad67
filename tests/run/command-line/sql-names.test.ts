import { expect, it } from "vitest";
import { sqlCommand } from "../../../src/run/commands/sql.ts";
import { SQL_NAMES } from "../../../src/run/command-line/sql-names.ts";
import { emptyStore } from "../../fixtures/paper-runs.ts";

/** What the store keeps about itself. */
const OWN = ["extension_version", "schema_version"];

it("lists every table and view of a store in the command's help", async () => {
  const store = await emptyStore();
  const { rows } = await store.query(
    `SELECT table_name FROM duckdb_tables() WHERE NOT internal UNION ALL
     SELECT view_name FROM duckdb_views() WHERE NOT internal`,
  );
  const found = rows.flat().filter((name) => !OWN.includes(name as string));
  expect(Object.values(SQL_NAMES).flat().sort()).toEqual(found.sort());
  let help = "";
  sqlCommand()
    .configureOutput({ writeOut: (text) => (help += text) })
    .outputHelp();
  for (const name of found) expect(help).toMatch(new RegExp(`\\b${name as string}[,\\n]`));
});
