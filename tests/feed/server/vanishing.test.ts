import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import type { FeedStore } from "../../../src/feed/server/feed-store.ts";
import { startServer } from "../../../src/feed/server/server.ts";
import type { Reader } from "../../../src/store/queries/types.ts";
import { RawClient } from "../../fixtures/feed-client.ts";
import { aReading, aRun } from "../../fixtures/runs.ts";
import { DASHBOARDS, serve } from "../../fixtures/served-store.ts";
import { waitFor } from "../../fixtures/wait.ts";

const SERIES = { type: "subscribe", id: 1, kind: "series", filter: {} };
const READINGS = { type: "subscribe", id: 2, kind: "readings", filter: {} };
const ROWS = 1_000_000;

/** A store that the feed reads by this reader. */
const readBy = (store: FeedStore, reader: Reader): FeedStore => ({
  path: store.path,
  onStored: (listener) => store.onStored(listener),
  openReader: () => Promise.resolve(reader),
});

it("keeps the connection of a client that unsubscribes from what is still being read", async () => {
  const { store, start, record } = await serve();
  await start(aRun({ runId: "r" }));
  await record("r", [aReading(0)]);
  await store.flush();
  const reader = await store.openReader();
  const server = await startServer({ store: readBy(store, reader), port: 0, dashboardsDir: DASHBOARDS });
  try {
    const client = new RawClient(server.url);
    await waitFor(() => expect(client.greeted).toBe(true));
    for (let id = 10; id < 30; id++) {
      let free: () => void = () => undefined;
      const busy = reader.snapshot(() => new Promise<void>((resolve) => (free = resolve)));
      client.say({ ...SERIES, id, filter: { layers: [id] } });
      client.say({ type: "unsubscribe", id });
      client.say({ type: "query", id: id + 100, sql: "SELECT 1" });
      await waitFor(() => expect(client.of("error").some((one) => one["id"] === id + 100)).toBe(true));
      free();
      await busy;
    }
    client.say(READINGS);
    await waitFor(() => expect(client.of("live").map((one) => one["id"])).toEqual([READINGS.id]));
    expect(client.socket.readyState).toBe(client.socket.OPEN);
    client.socket.terminate();
  } finally {
    await server.close();
  }
});

it("reads nothing more for clients that are gone", async () => {
  const { store, start, record } = await serve();
  await start(aRun({ runId: "r" }));
  await record("r", [aReading(0)]);
  await store.flush();
  let begun = 0;
  const real = await store.openReader();
  const reader: Reader = {
    close: () => real.close(),
    snapshot: (task, signal) =>
      real.snapshot((moment) => {
        begun += 1;
        return task(moment);
      }, signal),
  };
  const server = await startServer({ store: readBy(store, reader), port: 0, dashboardsDir: DASHBOARDS });
  try {
    // What is being read keeps all that come waiting.
    let free: () => void = () => undefined;
    const busy = reader.snapshot(() => new Promise<void>((resolve) => (free = resolve)));
    const clients = Array.from({ length: 200 }, () => new RawClient(server.url));
    await waitFor(() => expect(clients.every(({ greeted }) => greeted)).toBe(true));
    clients.forEach((client, i) => {
      client.say({ ...SERIES, filter: { layers: [i] } });
      client.say(READINGS);
      // Answered when all before it have been taken.
      client.say({ type: "query", id: 3, sql: "SELECT 1" });
    });
    await waitFor(() => expect(clients.every((client) => client.of("error").length === 1)).toBe(true));
    clients.forEach(({ socket }) => socket.terminate());
    await waitFor(() => expect(server.hub.clients).toBe(0));
    begun = 0;
    free();
    await busy;
    await reader.snapshot(() => Promise.resolve());
    expect(begun).toBe(1);
  } finally {
    await server.close();
  }
});

it("sends what was published, and how runs ended, before it closes, to those who asked late too", async () => {
  const { store, start, record } = await serve();
  await start(aRun({ runId: "r" }));
  await record("r", [aReading(0), aReading(1)]);
  await store.flush();
  const reader = await store.openReader();
  const server = await startServer({ store: readBy(store, reader), port: 0, dashboardsDir: DASHBOARDS });
  let free: () => void = () => undefined;
  const busy = reader.snapshot(() => new Promise<void>((resolve) => (free = resolve)));
  const client = new RawClient(server.url);
  await waitFor(() => expect(client.greeted).toBe(true));
  client.say(READINGS);
  client.say({ type: "query", id: 3, sql: "SELECT 1" });
  await waitFor(() => expect(client.of("error").length).toBe(1));
  const closed = server.close();
  free();
  await Promise.all([busy, closed]);
  expect(await client.closed).toBe(1001);
  expect(client.frames.reduce((sum, { rows }) => sum + rows, 0)).toBe(2);
  expect(client.of("live").length).toBe(1);
});

it("stops reading in the middle of a query, and goes on with the next", async () => {
  const { store, start } = await serve();
  await start(aRun({ runId: "r" }));
  await store.query(
    `INSERT INTO reading SELECT 'r', (i % 100000)::INTEGER, 'p', 's' || (i % 100), NULL, NULL, NULL, i FROM range(${ROWS}) AS t(i)`,
  );
  const reader = await store.openReader();
  const abort = new AbortController();
  let isReading = false;
  let rounds = 0;
  const endless = reader.snapshot(async (moment) => {
    for (;;) {
      isReading = true;
      await moment.buckets({}, 0);
      rounds += 1;
    }
  }, abort.signal);
  const ended = expect(endless).rejects.toThrow(/interrupt|abort/i);
  await waitFor(() => expect(isReading).toBe(true));
  abort.abort();
  await ended;
  expect(rounds).toBeLessThan(1000);
  const runs = await reader.snapshot((moment) => moment.storedRuns(), new AbortController().signal);
  expect(runs).toHaveLength(1);
  const gone = AbortSignal.abort();
  await expect(reader.snapshot(() => Promise.resolve(), gone)).rejects.toThrow(/abort/i);
  await reader.close();
});

it("gives those that stay the series that others have stopped waiting for", async () => {
  const { server, store, start, record } = await serve();
  await start(aRun({ runId: "r" }));
  await record("r", [aReading(0)]);
  await store.flush();
  const [stays, ...leaving] = Array.from({ length: 20 }, () => new RawClient(server.url));
  await waitFor(() => expect([stays!, ...leaving].every(({ greeted }) => greeted)).toBe(true));
  for (const client of [...leaving, stays!]) client.say(SERIES);
  for (const { socket } of leaving) socket.terminate();
  await waitFor(() => expect(stays!.of("live")).toHaveLength(1));
  expect(stays!.frames.length).toBeGreaterThan(0);
});

it("keeps nothing of clients that are gone", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const { server, store, start, record } = await serve();
  await start(aRun({ runId: "r" }));
  await record("r", [aReading(0)]);
  await store.flush();
  const round = async (count: number): Promise<number> => {
    for (let i = 0; i < count; i += 20) {
      const clients = Array.from({ length: 20 }, () => new RawClient(server.url));
      await waitFor(() => expect(clients.every(({ greeted }) => greeted)).toBe(true));
      clients.forEach((client, k) => client.say({ ...SERIES, filter: { layers: [i + k] } }));
      clients.forEach(({ socket }) => socket.terminate());
      await Promise.all(clients.map(({ closed }) => closed));
    }
    await waitFor(() => expect(server.hub.clients).toBe(0));
    for (let i = 0; i < 3; i++) collect();
    return process.memoryUsage().heapUsed;
  };
  const before = await round(200);
  const after = await round(400);
  // A client with its subscription takes some 20 kB while it is there; the test itself keeps some of its own.
  expect((after - before) / 400).toBeLessThan(14_000);
});
