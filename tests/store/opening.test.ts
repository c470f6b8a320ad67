import { readdirSync, realpathSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { describe, expect, it } from "vitest";
import { UserError } from "../../src/core/errors.ts";
import { openStore } from "../../src/store/open-store.ts";
import { aReading, aRun, rejection, temporaryFolder } from "../fixtures/runs.ts";
import { writeVersion2 } from "../fixtures/version-2.ts";

describe("opening a store", () => {
  it.each([false, true])("brings one of version 2 up to date and keeps its order (read-only: %s)", async (readOnly) => {
    const path = join(temporaryFolder(), "a.duckdb");
    await writeVersion2(path);
    const store = await openStore(path, { readOnly });
    const rows = async (sql: string) => (await store.query(sql)).rows;
    expect(store.notices[0]).toBe(
      `${path}: brought from schema version 2 to 8; as it was, it is ${realpathSync(path)}.schema-2`,
    );
    const backup = await (await DuckDBInstance.create(`${path}.schema-2`)).connect();
    const before = await backup.runAndReadAll("SELECT max(version), (SELECT count(*) FROM event) FROM schema_version");
    expect(before.getRowsJS()).toEqual([[2, 5001n]]);
    expect(await rows("SELECT max(version) FROM schema_version")).toEqual([[8]]);
    expect(await rows("SELECT count(*), bool_and(name = kind), count(*) FILTER (rowid = step) FROM event")).toEqual([
      [5002, true, 5000],
    ]);
    expect(await rows("SELECT name, step, data FROM event WHERE rowid >= 4999 ORDER BY rowid")).toEqual([
      ["note", 4999, '{"a":1}'],
      ["diverged", 7, null],
      ["interrupted", 0, null],
    ]);
    expect(await rows("FROM broken")).toEqual([["r", 7]]);
    expect(await rows("SELECT probe, stat, value FROM reading ORDER BY rowid")).toEqual([
      ["gradient_steps", "edge_of_stability", 20],
      ["curvature", "edge_of_stability", 20],
    ]);
    await store.close();
    const again = await openStore(path);
    await again.append("r", [{ kind: "event", step: 1, at: 0, level: "info", name: "late", message: "m" }]);
    await again.flush();
    expect((await again.query("SELECT name, kind FROM event WHERE kind = 'late'")).rows).toEqual([["late", "late"]]);
    await again.close();
  });

  it("takes what lies where its copy would for somebody else's, and half a copy for nothing", async () => {
    const path = join(temporaryFolder(), "a.duckdb");
    await writeVersion2(path);
    writeFileSync(`${path}.schema-2`, "another store's");
    writeFileSync(`${path}.schema-2.draft`, "half of it");
    const store = await openStore(path);
    await store.close();
    expect(store.notices[0]).toMatch(/as it was, it is .*a\.duckdb\.schema-2-2$/);
    expect(readFileSync(`${path}.schema-2`, "utf8")).toBe("another store's");
    const backup = await (await DuckDBInstance.create(`${path}.schema-2-2`)).connect();
    expect((await backup.runAndReadAll("SELECT max(version) FROM schema_version")).getRowsJS()).toEqual([[2]]);
    expect(readdirSync(dirname(path)).sort()).toEqual(["a.duckdb", "a.duckdb.schema-2", "a.duckdb.schema-2-2"]);
  });

  it("refuses a file written by a newer version", async () => {
    const path = join(temporaryFolder(), "a.duckdb");
    const store = await openStore(path);
    await store.query("INSERT INTO schema_version VALUES (99, now())");
    await store.close();
    for (const readOnly of [false, true]) {
      const error = await rejection(openStore(path, { readOnly }));
      expect(error).toBeInstanceOf(UserError);
      expect(error.message).toMatch(
        /a\.duckdb has schema version 99, this gradstream knows up to 8: update gradstream/,
      );
    }
  });

  it("refuses what is no store, in one line", async () => {
    const folder = temporaryFolder();
    const path = (name: string): string => join(folder, name);
    writeFileSync(path("text"), "not a database".repeat(1000));
    const instance = await DuckDBInstance.create(path("other"));
    const connection = await instance.connect();
    await connection.run("CREATE TABLE mine (a INTEGER)");
    connection.disconnectSync();
    instance.closeSync();
    const cases: [string, boolean, RegExp][] = [
      ["text", false, /is not a DuckDB database/],
      ["other", false, /no gradstream store/],
      ["missing", true, /does not exist/],
      ["text/below", false, /cannot create its folder/],
    ];
    for (const [name, readOnly, message] of cases) {
      const error = await rejection(openStore(path(name), { readOnly }));
      expect(error).toBeInstanceOf(UserError);
      expect(error.message).toMatch(message);
      expect(error.message).not.toContain("\n");
    }
  });

  it("refuses a second writer in the same process", async () => {
    const path = join(temporaryFolder(), "a.duckdb");
    const store = await openStore(path);
    await store.startRun(aRun());
    expect((await rejection(openStore(path))).message).toMatch(/already open for writing in this process/);
    expect((await rejection(openStore(path, { readOnly: true }))).message).toMatch(/already open in this process/);
    expect((await store.query("SELECT status FROM run")).rows).toEqual([["running"]]);
    await store.close();
    await (await openStore(path)).close();
  });

  it.each(["torn", "alien"])("sets a damaged write-ahead log aside (%s)", async (damage) => {
    const path = join(temporaryFolder(), "a.duckdb");
    const store = await openStore(path);
    await store.append(
      "r",
      Array.from({ length: 100 }, (_, i) => aReading(i)),
    );
    await store.close();
    const writer = await openStore(path);
    await writer.append(
      "r",
      Array.from({ length: 100 }, (_, i) => aReading(i)),
    );
    await writer.flush();
    const log = readFileSync(`${path}.wal`);
    await writer.close();
    // The log no longer fits the checkpointed file, so take the file as it was too.
    const clean = join(temporaryFolder(), "b.duckdb");
    const fresh = await openStore(clean);
    await fresh.close();
    const damaged =
      damage === "alien" ? Buffer.from("garbage".repeat(30)) : log.map((byte, i) => (i > 60 ? byte ^ 255 : byte));
    writeFileSync(`${clean}.wal`, damaged);
    const reopened = await openStore(clean);
    expect(reopened.notices).toEqual([expect.stringMatching(/write-ahead log/)]);
    const aside = readdirSync(join(clean, "..")).filter((name) => name.includes(".wal.damaged-"));
    expect(aside).toHaveLength(1);
    expect(readFileSync(join(clean, "..", aside[0] ?? "")).equals(damaged)).toBe(true);
    await reopened.append("r", [aReading(0)]);
    await reopened.close();
  });
});
