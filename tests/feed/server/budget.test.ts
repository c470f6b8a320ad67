import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { WebSocket } from "ws";
import type { Recorded } from "../../../src/core/types.ts";
import { follow } from "../../fixtures/followed.ts";
import { RawClient } from "../../fixtures/feed-client.ts";
import { aReading, aRun } from "../../fixtures/runs.ts";
import { serve } from "../../fixtures/served-store.ts";
import { waitFor } from "../../fixtures/wait.ts";

const SERIES = 20;
const BUDGET = 1 << 20;

const recordsOf = (step: number): Recorded[] => [
  ...Array.from({ length: 200 }, (_, i) => aReading(step, { probe: "p", stat: `s${i % SERIES}`, value: step })),
  { kind: "histogram", step, layer: 1, site: "norm", lo: 0, hi: 1, counts: [step, 2, 3] },
];

/** A socket that the test can stop reading from. */
function pausable() {
  const sockets: WebSocket[] = [];
  class Pausable extends WebSocket {
    constructor(url: string) {
      super(url);
      sockets.push(this);
    }
  }
  return { WebSocket: Pausable as unknown as typeof globalThis.WebSocket, last: () => sockets.at(-1)! };
}

it("leaves out all but the newest for a client that is behind, says how many, and puts its curves right", async () => {
  const { server, start, record, readings, store } = await serve({ clientBudget: BUDGET });
  await start(aRun());
  const { last, WebSocket: Pausable } = pausable();
  const slow = follow(server.url, { WebSocket: Pausable }).records();
  const curve = slow.series({ points: 50 });
  const quick = follow(server.url).records();
  await waitFor(() => expect(curve.set.complete && quick.state === "live").toBe(true));
  await record("run-1", recordsOf(0));
  await waitFor(() => expect(slow.readings("run-1")).toHaveLength(200));
  last().pause();
  let worst = 0;
  let step = 1;
  // No faster than the quick one reads, however slow the machine is: only the slow one falls behind.
  const recordMore = async () => {
    void record("run-1", recordsOf(step++));
    if (step % 5 === 0) await waitFor(() => expect(quick.readings("run-1").length).toBeGreaterThan(200 * (step - 50)));
    worst = Math.max(worst, server.hub.backlog);
  };
  while (step < 4000 && worst < BUDGET / 2) await recordMore();
  for (let more = 0; more < 500; more++) await recordMore();
  expect(worst).toBeGreaterThan(BUDGET / 2);
  expect(worst).toBeLessThan(BUDGET);
  expect(server.hub.clients).toBe(2);
  await waitFor(() => expect(quick.readings("run-1")).toHaveLength(200 * step));
  last().resume();
  await waitFor(() => expect(slow.skipped).toBeGreaterThan(0));
  await waitFor(() => expect(slow.readings("run-1").at(-1)![0]).toBe(step - 1));

  const all = await readings("run-1");
  const got = slow.readings("run-1");
  const lost = 200 * step - got.length + (step - slow.histograms.get("run-1")!.length);
  expect(lost).toBeGreaterThan(500);
  const newest = got.slice(-SERIES).map(([at, , stat]) => [at, stat]);
  expect(new Set(newest.map(([, stat]) => stat)).size).toBe(SERIES);
  expect(newest.every(([at]) => at === step - 1)).toBe(true);
  expect(slow.histograms.get("run-1")!.at(-1)).toMatchObject({ step: step - 1, counts: [step - 1, 2, 3] });
  expect(got.slice(0, -SERIES)).toEqual(all.slice(0, got.length - SERIES));
  await store.flush();
  await waitFor(() => {
    expect(curve.set.series.reduce((sum, { readings: n }) => sum + n, 0)).toBe(all.length);
  });
  // Those of the curves count too, though the snapshot brought them in the end.
  expect(slow.skipped).toBeGreaterThanOrEqual(lost);

  const before = got.length;
  void record("run-1", recordsOf(step));
  await waitFor(() => expect(slow.readings("run-1")).toHaveLength(before + 200));
  last().terminate();
  slow.feed.retryNow();
  await waitFor(() => expect(slow.state).toBe("disconnected"));
  slow.feed.retryNow();
  void record("run-1", recordsOf(step + 1));
  await waitFor(() => expect(slow.readings("run-1")).toHaveLength(before + 400));
  expect([slow.errors, quick.errors, quick.skipped]).toEqual([[], [], 0]);
  expect(quick.readings("run-1")).toEqual(await readings("run-1"));
});

it("closes with 1013 a client that is far behind, and gives it what it missed when it comes back", async () => {
  const { server, start, record, readings } = await serve({ clientBudget: BUDGET, ringBytes: 100_000 });
  await start(aRun());
  const { last, WebSocket: Pausable } = pausable();
  const slow = follow(server.url, { WebSocket: Pausable }).records();
  // Live, not in the middle of its snapshot: that could not be finished from so small a ring.
  await record("run-1", [aReading(0)]);
  await waitFor(() => expect(slow.readings("run-1")).toHaveLength(1));
  const codes: number[] = [];
  slow.feed.connection.subscribe((now) => now.state === "disconnected" && codes.push(now.code));
  last().pause();
  // Ever new series: the newest of each is no less than all of them.
  let worst = 0;
  let step = 0;
  for (; server.hub.clients === 1 && step < 2000; step++) {
    const all = Array.from({ length: 200 }, (_, i) => aReading(step, { probe: "p", stat: `s${step}/${i}` }));
    void record("run-1", all);
    if (step % 5 === 0) await sleep(1);
    worst = Math.max(worst, server.hub.backlog);
  }
  expect(server.hub.clients).toBe(0);
  expect(worst).toBeLessThan(BUDGET * 1.3);
  last().resume();
  await waitFor(() => expect(codes).toHaveLength(1));
  expect([1013, 1006]).toContain(codes[0]);
  slow.feed.retryNow();
  const expected = await readings("run-1");
  await waitFor(() => expect(slow.readings("run-1")).toHaveLength(expected.length));
  expect(slow.readings("run-1")).toEqual(expected);
});

it("keeps nothing for a client that died in the middle of a snapshot", async () => {
  const { server, start, record, store } = await serve({ pingInterval: 200 });
  await start(aRun());
  for (let step = 0; step < 3000; step++) await record("run-1", recordsOf(step));
  await store.flush();
  const dead = new RawClient(server.url);
  await waitFor(() => expect(dead.greeted).toBe(true));
  dead.say({ type: "subscribe", id: 1, kind: "readings", filter: {} });
  dead.socket.pause();
  let worst = 0;
  await waitFor(() => {
    worst = Math.max(worst, server.hub.backlog);
    expect(server.hub.clients).toBe(0);
  });
  expect(worst).toBeLessThan(3 << 20);
  // What was being written when it went is let go of when that ends.
  await waitFor(() => expect(server.hub.backlog).toBe(0));
});
