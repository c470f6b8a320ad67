import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { UserError } from "../../src/core/errors.ts";
import type { StoreExtension } from "../../src/store/extension.ts";
import { fill } from "../../src/store/fill.ts";
import { openStore } from "../../src/store/open-store.ts";
import { aRun, rejection, temporaryFolder } from "../fixtures/runs.ts";

const NOTES: StoreExtension = {
  name: "notes",
  migrations: [{ version: 1, statements: ["CREATE TABLE IF NOT EXISTS note (run_id VARCHAR, text VARCHAR)"] }],
  views: ["CREATE OR REPLACE VIEW noted AS SELECT run_id, text FROM note JOIN run USING (run_id)"],
};
const NEWER: StoreExtension = {
  ...NOTES,
  migrations: [...NOTES.migrations, { version: 2, statements: ["ALTER TABLE note ADD COLUMN author VARCHAR"] }],
  views: ["CREATE OR REPLACE VIEW noted AS SELECT run_id, text, author FROM note JOIN run USING (run_id)"],
};

const newFile = (): string => join(temporaryFolder(), "a.duckdb");
async function made(path: string, extensions: readonly StoreExtension[]): Promise<string> {
  const store = await openStore(path, { extensions });
  await store.startRun(aRun());
  if (extensions.length > 0) await store.query("INSERT INTO note (run_id, text) VALUES ('run-1', 'odd')");
  await store.finishRun("run-1", "completed", Date.UTC(2024, 0, 3));
  await store.close();
  return path;
}
const columnsOf = async (path: string, extensions: readonly StoreExtension[], readOnly: boolean): Promise<string[]> => {
  const store = await openStore(path, { extensions, readOnly });
  try {
    const { columns, rows } = await store.query("FROM noted");
    expect(rows.length).toBeLessThanOrEqual(1);
    return columns.map(({ name }) => name);
  } finally {
    await store.close();
  }
};

describe("an extension of a store", () => {
  it.each([false, true])(
    "brings a file of before up to date, once, and loses nothing (for reading: %s)",
    async (readOnly) => {
      const path = await made(newFile(), [NOTES]);
      expect(await columnsOf(path, [NOTES], readOnly)).toEqual(["run_id", "text"]);
      expect(await columnsOf(path, [NEWER], readOnly)).toEqual(["run_id", "text", "author"]);
      const store = await openStore(path, { extensions: [NEWER], readOnly: true });
      expect((await store.query("FROM noted")).rows).toEqual([["run-1", "odd", null]]);
      const versions = await store.query("SELECT extension, part, version FROM extension_version ORDER BY part");
      expect(versions.rows).toEqual([
        ["notes", "tables", "2"],
        ["notes", "views", expect.stringMatching(/^[0-9a-f]{16}$/)],
      ]);
      await store.close();
    },
  );

  it("comes to a file that was made without it, also to read it, and finds a table of before", async () => {
    const path = await made(newFile(), []);
    const store = await openStore(path);
    await store.query("CREATE TABLE note (run_id VARCHAR, text VARCHAR)");
    await store.query("INSERT INTO note VALUES ('run-1', 'kept')");
    await store.startRun(aRun({ runId: "cut off" }));
    await store.query("CHECKPOINT");
    await store.close();
    expect(await columnsOf(path, [NEWER], true)).toEqual(["run_id", "text", "author"]);
    const read = await openStore(path, { extensions: [NEWER], readOnly: true });
    expect((await read.query("FROM noted")).rows).toEqual([["run-1", "kept", null]]);
    // Nobody holds the file: a run that nobody finished is marked as such also by who only reads.
    expect((await read.query("SELECT status FROM run WHERE run_id = 'cut off'")).rows).toEqual([["interrupted"]]);
    await read.close();
  });

  it("leaves a file that cannot be written as it is, and says so", async () => {
    const path = await made(newFile(), [NOTES]);
    const other = await openStore(path, { readOnly: true });
    const store = await openStore(path, { extensions: [NEWER], readOnly: true });
    expect((await store.query("FROM noted")).rows).toEqual([["run-1", "odd"]]);
    expect(store.notices).toEqual([
      expect.stringMatching(
        /a\.duckdb: what notes keeps in it is of an older version and cannot be brought up to date/,
      ),
    ]);
    await store.close();
    await other.close();
  });

  it("refuses tables that a newer version made", async () => {
    const path = await made(newFile(), [NEWER]);
    for (const readOnly of [false, true]) {
      const error = await rejection(openStore(path, { extensions: [NOTES], readOnly }));
      expect(error).toBeInstanceOf(UserError);
      expect(error.message).toMatch(/has version 2 of the tables of notes, this gradstream knows up to 1: update/);
    }
    // Who knows nothing of it is not concerned.
    await (await openStore(path)).close();
  });

  it("does all of a migration or nothing", async () => {
    const path = await made(newFile(), [NOTES]);
    const broken = { version: 2, statements: ["ALTER TABLE note ADD COLUMN author VARCHAR", "SELECT nonsense"] };
    const error = await rejection(
      openStore(path, { extensions: [{ ...NOTES, migrations: [...NOTES.migrations, broken] }] }),
    );
    expect(error.message).toMatch(/cannot open the store: .*nonsense/);
    expect(await columnsOf(path, [NEWER], false)).toEqual(["run_id", "text", "author"]);
  });
});

describe("the contents of a table", () => {
  it("are filled in once, and replaced by those of a later version", async () => {
    const folder = temporaryFolder();
    const file = join(folder, "notes.csv");
    const contents = { extension: "notes", table: "note", version: 1, file, what: "the notes" };
    writeFileSync(file, "run_id,text\na,1\nb,2\n");
    const store = await openStore(join(folder, "a.duckdb"), { extensions: [NOTES] });
    const texts = async () => (await store.query("SELECT text FROM note ORDER BY ALL")).rows.flat();
    await fill(store, contents);
    await fill(store, contents);
    expect(await texts()).toEqual(["1", "2"]);
    writeFileSync(file, "run_id,text\na,3\n");
    await fill(store, contents);
    expect(await texts()).toEqual(["1", "2"]);
    await fill(store, { ...contents, version: 2 });
    expect(await texts()).toEqual(["3"]);
    // Rows of a store of before, which nobody has counted, are of the first version.
    await store.query("DELETE FROM extension_version WHERE part = 'contents of note'");
    await fill(store, contents);
    expect(await texts()).toEqual(["3"]);
    writeFileSync(file, "run_id,text\na,4\n");
    await fill(store, { ...contents, version: 2 });
    expect(await texts()).toEqual(["4"]);
    await store.close();
  });
});
