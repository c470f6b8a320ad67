import { once } from "node:events";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { openStore } from "../../src/store/open-store.ts";
import { readLogState } from "../../src/store/write-ahead-log.ts";
import { temporaryFolder } from "../fixtures/runs.ts";
import { startWriter } from "../fixtures/writer.ts";

/** A store whose writer was killed, with what it had not yet merged in its log. */
async function killed(): Promise<{ path: string; log: string; flushed: number }> {
  const path = join(temporaryFolder(), "a.duckdb");
  const { child, lines } = startWriter(path);
  let flushed = 0;
  while (flushed < 20_000) flushed = Number((await lines.next()).value);
  child.kill("SIGKILL");
  await once(child, "exit");
  for (let line = await lines.next(); !line.done; line = await lines.next()) flushed = Number(line.value);
  return { path, log: `${path}.wal`, flushed };
}

async function countOf(path: string): Promise<{ rows: unknown; notices: readonly string[] }> {
  const store = await openStore(path, { readOnly: true });
  const { rows } = await store.query(
    "SELECT count(*), max(step) + 1, (SELECT string_agg(status) FROM run) FROM reading",
  );
  await store.close();
  return { rows: rows[0], notices: store.notices };
}

const asides = (path: string): string[] => readdirSync(dirname(path)).filter((name) => name.includes(".wal.damaged-"));

it("keeps what was stored when the writer was killed, for whoever only reads", async () => {
  const { path, log, flushed } = await killed();
  const state = readLogState(log)!;
  expect(state.whole).toBeGreaterThan(1000);
  const { rows, notices } = await countOf(path);
  const [count, last, status] = rows as [number, number, string];
  expect([count >= flushed, last, status]).toEqual([true, count, "interrupted"]);
  expect(notices).toEqual([expect.stringMatching(/marked as interrupted: run-1 \(step \d+\)/)]);
  expect((await countOf(path)).notices).toEqual([]);
  expect([existsSync(log), asides(path)]).toEqual([false, []]);
});

it.each(["cut off", "damaged"])(
  "keeps what is whole of a log that is %s in the middle, and says what is missing",
  async (how) => {
    const { path, log, flushed } = await killed();
    const { size } = statSync(log);
    const middle = Math.floor(size / 2);
    if (how === "cut off") truncateSync(log, middle);
    else {
      const bytes = readFileSync(log);
      bytes[middle]! ^= 255;
      writeFileSync(log, bytes);
    }
    const before = readFileSync(log);
    const { rows, notices } = await countOf(path);
    const [count, last] = rows as [number, number];
    expect(last).toBe(count);
    // Half of the log is half of what was stored, as it was stored in equal portions.
    expect(count / flushed).toBeGreaterThan(0.4);
    expect(count / flushed).toBeLessThan(0.6);
    const cut = Number(/the last (\d+) bytes of its write-ahead log/.exec(notices[0]!)?.[1]);
    expect(cut).toBeGreaterThan(0);
    expect(cut).toBeLessThanOrEqual(before.length);
    expect(asides(path)).toHaveLength(1);
    expect(readFileSync(join(dirname(path), asides(path)[0]!)).equals(before)).toBe(true);
    expect((await countOf(path)).rows).toEqual(rows);
  },
);

it.skipIf(process.getuid?.() === 0)("is read as it is where it cannot be written", async () => {
  const { path } = await killed();
  chmodSync(dirname(path), 0o500);
  const { notices } = await countOf(path).finally(() => chmodSync(dirname(path), 0o700));
  expect(notices).toEqual([expect.stringMatching(/was not closed by the process that wrote to it, and cannot be/)]);
});

it("touches no log of a process that is writing", async () => {
  const path = join(temporaryFolder(), "a.duckdb");
  const { child, lines } = startWriter(path);
  for (let flushed = 0; flushed < 5000;) flushed = Number((await lines.next()).value);
  for (let attempt = 0; attempt < 10; attempt++) {
    await expect(openStore(path)).rejects.toThrow(/is in use by/);
    await expect(openStore(path, { readOnly: true })).rejects.toThrow(/is in use by/);
  }
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(asides(path)).toEqual([]);
  copyFileSync(path, `${path}.copy`);
  expect((await countOf(path)).notices).toHaveLength(1);
});
