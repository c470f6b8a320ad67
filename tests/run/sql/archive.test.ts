import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { SqlPool } from "../../../src/run/sql/sql-pool.ts";
import { openStore } from "../../../src/store/open-store.ts";
import { rejection, temporaryFolder } from "../../fixtures/runs.ts";
import { mountSmallDisk, NO_SMALL_DISK } from "../../fixtures/small-disk.ts";
import { itUnless } from "../../fixtures/unless.ts";

/** Answers about an archive, which it unpacks into the folder that `into` names. */
async function aboutArchive() {
  const store = await openStore("data/reproduction", { readOnly: true });
  const pool = new SqlPool(store);
  onTestFinished(async () => {
    await pool.close();
    await store.close();
    vi.unstubAllEnvs();
  });
  const into = (folder: string): void => {
    for (const name of ["TMPDIR", "TEMP", "TMP"]) vi.stubEnv(name, folder);
  };
  const ask = async () => (await pool.ask("SELECT count(*) > 0 FROM run")).json;
  return { pool, into, ask };
}

it("asks for a folder for an archive anew, where there was none before", async () => {
  const { pool, into, ask } = await aboutArchive();
  const folder = join(temporaryFolder(), "later");
  into(folder);
  expect((await rejection(ask())).message).toContain("ENOENT");
  mkdirSync(folder);
  expect(await ask()).toEqual(["[true]"]);
  const unpacked = () => readdirSync(folder).filter((name) => name.startsWith("gradstream-"));
  expect(unpacked()).toHaveLength(1);
  await pool.close();
  expect(unpacked()).toEqual([]);
});

itUnless(NO_SMALL_DISK, "leaves nothing of an archive that the disk has no room for, and tries again", async () => {
  const { into, ask } = await aboutArchive();
  const roomy = temporaryFolder();
  const { folder, unmount } = mountSmallDisk(1000);
  onTestFinished(unmount);
  into(folder);
  expect((await rejection(ask())).message).toMatch(/archive\.duckdb: cannot be written: .*No space left on device/);
  expect(readdirSync(folder)).toEqual([]);
  into(roomy);
  expect(await ask()).toEqual(["[true]"]);
});
