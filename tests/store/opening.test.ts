import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { describe, expect, it } from "vitest";
import { UserError } from "../../src/core/errors.ts";
import { openStore } from "../../src/store/open-store.ts";
import { aReading, aRun, rejection, temporaryFolder } from "../fixtures/runs.ts";

describe("opening a store", () => {
  it("refuses a file written by a newer version", async () => {
    const path = join(temporaryFolder(), "a.duckdb");
    const store = await openStore(path);
    await store.query("INSERT INTO schema_version VALUES (99, now())");
    await store.close();
    for (const readOnly of [false, true]) {
      const error = await rejection(openStore(path, { readOnly }));
      expect(error).toBeInstanceOf(UserError);
      expect(error.message).toMatch(
        /a\.duckdb has schema version 99, this gradstream knows up to 2: update gradstream/,
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
