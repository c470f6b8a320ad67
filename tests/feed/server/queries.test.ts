import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { QueryError } from "../../../src/feed/client/node.ts";
import { follow } from "../../fixtures/followed.ts";
import { RawClient } from "../../fixtures/feed-client.ts";
import { aReading, aRun, rejection, temporaryFolder } from "../../fixtures/runs.ts";
import { serve } from "../../fixtures/served-store.ts";
import { PATIENCE_MS, waitFor } from "../../fixtures/wait.ts";

async function recorded(limits: Parameters<typeof serve>[1] = {}) {
  const served = await serve({}, { ms: PATIENCE_MS, ...limits });
  await served.start(aRun());
  await served.record("run-1", [
    ...[0, 1, 2].map((step) => aReading(step, { value: [1.5, NaN, -Infinity][step]! })),
    { kind: "histogram", step: 0, layer: 1, site: "norm", lo: 0, hi: 1, counts: [3, 4] },
  ]);
  await served.store.flush();
  return { ...served, feed: follow(served.server.url).feed };
}

it("says where a statement is wrong, and what may have been meant", async () => {
  const { feed } = await recorded();
  const wrong = async (sql: string) => {
    const error = await rejection(feed.query(sql));
    expect(error).toBeInstanceOf(QueryError);
    return error as QueryError;
  };
  expect(await wrong("SELECT 1,\n valu FROM reading")).toMatchObject({ position: 11, candidates: ["value", "stat"] });
  expect(await wrong("SELECT FROM WHERE")).toMatchObject({ position: 12, candidates: [] });
  expect(await wrong("DROP TABLE run")).toMatchObject({ position: undefined, candidates: [] });
});

it("answers SELECT, with every kind of value as it is", async () => {
  const { feed } = await recorded();
  const result = await feed.query("SELECT step, value, layer FROM reading ORDER BY step");
  expect(result.columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
    "step INTEGER",
    "value DOUBLE",
    "layer INTEGER",
  ]);
  expect(result.rows).toEqual([
    [0, 1.5, null],
    [1, NaN, null],
    [2, -Infinity, null],
  ]);
  expect([result.truncated, result.ms > 0]).toEqual([false, true]);
  const one = async (sql: string) => (await feed.query(sql)).rows[0]![0];
  expect(await one("SELECT counts FROM histogram")).toEqual([3, 4]);
  expect(await one("SELECT [1.5::DOUBLE, 'NaN', NULL]")).toEqual([1.5, NaN, null]);
  expect(await one("SELECT 9007199254740993")).toBe("9007199254740993");
  expect(await one("SELECT 'NaN'")).toBe("NaN");
  expect(await one("SELECT TIMESTAMP '2024-01-02 03:04:05'")).toBe("2024-01-02 03:04:05");
  expect(await one("WITH a AS (FROM run) SELECT count(*) FROM a")).toBe(1);
  for (const sql of ["FROM run", "DESCRIBE run", "SHOW TABLES", "SUMMARIZE run", "VALUES (1)", "FROM figure_1a"]) {
    expect((await feed.query(sql)).columns.length).toBeGreaterThan(0);
  }
});

it("refuses everything else, and says why", async () => {
  const folder = temporaryFolder();
  const secret = join(folder, "secret.csv");
  writeFileSync(secret, "a\n1\n");
  const { feed, store } = await recorded();
  const cases: [string, RegExp][] = [
    ["DELETE FROM reading", /only SELECT .* not DELETE/],
    ["INSERT INTO claim (claim_id) VALUES ('x')", /only SELECT/],
    ["UPDATE run SET arm = 'x'", /only SELECT/],
    ["DROP TABLE reading", /only SELECT/],
    ["CREATE TABLE t (a INTEGER)", /only SELECT/],
    ["PRAGMA database_size; SELECT 1", /only SELECT .* not PRAGMA/],
    ["SELECT 1; SELECT 2", /one statement at a time: there are 2/],
    ["SELECT 1; DROP TABLE reading", /only SELECT/],
    ["SET threads = 1", /only SELECT/],
    ["SET enable_external_access = true", /only SELECT/],
    ["EXPLAIN ANALYZE DELETE FROM reading", /only SELECT/],
    ["CHECKPOINT", /only SELECT/],
    ["BEGIN", /only SELECT/],
    ["ROLLBACK", /only SELECT/],
    ["CALL pragma_version()", /only SELECT/],
    ["INSTALL httpfs", /only SELECT/],
    [`ATTACH '${secret}'`, /only SELECT/],
    [`COPY reading TO '${join(folder, "out.csv")}'`, /only SELECT|file system operations are disabled/],
    [`FROM read_csv('${secret}')`, /function (read_csv|read_text|glob) cannot be called/],
    [`FROM '${secret}'`, /does not exist|file system operations are disabled/],
    [`FROM read_text('/etc/hostname')`, /function (read_csv|read_text|glob) cannot be called/],
    [`FROM glob('/etc/*')`, /function (read_csv|read_text|glob) cannot be called/],
    ["FROM query('DELETE FROM reading')", /the function query cannot be called here/],
    ["FROM force_checkpoint()", /function force_checkpoint/],
    ["SELECT $1", /parameters/],
    ["SELECT 1 +", /syntax error/],
    ["SELECT nothing", /nothing/],
    ["", /no statement/],
    ["-- nothing", /no statement/],
  ];
  for (const [sql, reason] of cases) {
    const error = await rejection(feed.query(sql));
    expect([sql, error.message]).toEqual([sql, expect.stringMatching(reason)]);
    expect(error).toBeInstanceOf(QueryError);
  }
  expect(existsSync(join(folder, "out.csv"))).toBe(false);
  expect((await store.query("SELECT count(*) FROM reading")).rows).toEqual([[3]]);
  expect((await store.query("SELECT count(*) FROM claim")).rows).toEqual([[0]]);
});

it("bounds rows, bytes, time, queries at once and their length; the store goes on meanwhile", async () => {
  const { feed: patient } = await recorded();
  const many = await patient.query("FROM range(50_000)");
  expect([many.rows.length, many.truncated]).toEqual([10_000, true]);
  const wide = await patient.query("SELECT repeat('x', 20_000) FROM range(1000)");
  expect([wide.rows.length < 300, wide.rows.length > 100, wide.truncated]).toEqual([true, true, true]);

  const slow = "SELECT sum(a.range * b.range) FROM range(1_000_000) a, range(1_000_000) b";
  const { feed, record, store, server } = await recorded({ ms: 1000 });
  let answered = 0;
  const answers = Array.from({ length: 6 }, () => rejection(feed.query(slow)).finally(() => answered++));
  await record("run-1", [aReading(3)]);
  await store.flush();
  // They take a second each, one after the other; the client keeps back what the server would refuse.
  expect(answered).toBeLessThan(6);
  const messages = (await Promise.all(answers)).map(({ message }) => message);
  expect(messages.filter((message) => message.includes("took longer than 1 s"))).toHaveLength(6);
  expect((await store.query("SELECT count(*) FROM reading")).rows).toEqual([[4]]);
  expect((await rejection(feed.query(`SELECT '${"x".repeat(33_000)}'`))).message).toMatch(/32768/);

  const raw = new RawClient(server.url);
  await waitFor(() => expect(raw.greeted).toBe(true));
  raw.say({ type: "query", id: 1, sql: 7 });
  await waitFor(() => expect(raw.of("error")[0]?.message).toMatch(/^query: sql/));
  for (let id = 2; id < 8; id++) raw.say({ type: "query", id, sql: slow });
  await waitFor(() => expect(raw.of("error").filter(({ message }) => message.includes("at most 4 at a time")).map(({ id }) => id)).toEqual([6, 7])); // prettier-ignore
});

it("tells who asked when the connection is gone", async () => {
  const { feed, server } = await recorded();
  const pending = rejection(feed.query("SELECT sum(a.range * b.range) FROM range(1_000_000) a, range(1_000_000) b"));
  await waitFor(() => expect(server.hub.clients).toBe(1));
  await server.close();
  expect((await pending).message).toMatch(/lost|interrupt/i);
  feed.close();
});
