import { setTimeout as sleep } from "node:timers/promises";
import { expect, it, vi } from "vitest";
import type { Recorded } from "../../src/core/types.ts";
import { TestClient } from "../fixtures/feed-client.ts";
import { aReading, aRun } from "../fixtures/runs.ts";
import { serve } from "../fixtures/served-store.ts";

function recordsOf(step: number): Recorded[] {
  return [
    aReading(step, { value: step % 50 === 7 ? NaN : 1 / (step + 1) }),
    aReading(step, { probe: "moments", stat: "mean", layer: 2, value: step % 50 === 8 ? -Infinity : step }),
    aReading(step, { probe: "walk", stat: "loss", distance: 0.5, unit: 3, value: step }),
    ...(step % 100 === 0
      ? [
          { kind: "histogram" as const, step, layer: 1, site: "norm", lo: -1, hi: 1, counts: [step, 2] },
          { kind: "event" as const, step, at: 1000 + step, level: "info" as const, event: "note", message: "m" },
          { kind: "event" as const, step, at: 1, level: "error" as const, event: "n", message: "", data: { a: [1] } },
        ]
      : []),
  ];
}

it("gives an early, a middle and a late client what the store holds, of two interleaved runs", async () => {
  const { server, start, record, readings, store } = await serve();
  const runs = ["a", "b"];
  const clients = [new TestClient(server.url)];
  await vi.waitFor(() => expect(clients[0]?.live).toBe(true));
  for (const runId of runs) await start(aRun({ runId, arm: runId }));
  for (let step = 0; step < 3000; step++) {
    for (const runId of runs) void record(runId, recordsOf(step));
    if (step % 300 === 150) clients.push(new TestClient(server.url));
    if (step % 20 === 0) await sleep(1);
  }
  for (const runId of runs) {
    await store.finishRun(runId, "completed", 5000);
    server.hub.runEnded(runId, "completed", 5000);
  }
  clients.push(new TestClient(server.url));
  for (const runId of runs) {
    const expected = await readings(runId);
    expect(expected).toHaveLength(9000);
    for (const client of clients) {
      await vi.waitFor(() => expect(client.runs.get(runId)?.status).toBe("completed"), 10_000);
      await vi.waitFor(() => expect(client.readings.get(runId)).toHaveLength(9000), 10_000);
      expect(client.readings.get(runId)).toEqual(expected);
      expect(client.histograms.get(runId)).toEqual(clients[0]?.histograms.get(runId));
      expect(client.events.get(runId)).toEqual(clients[0]?.events.get(runId));
    }
    expect(clients[0]?.histograms.get(runId)).toHaveLength(30);
    expect(clients[0]?.events.get(runId)).toHaveLength(60);
  }
  const order = clients[0]?.messages.map((message) => message.type);
  expect(order?.slice(0, 3)).toEqual(["hello", "snapshot", "live"]);
});

it("waits for a store that hears of records later than the hub", async () => {
  const { server, start, store } = await serve();
  await start(aRun());
  server.hub.publish("run-1", recordsOf(1));
  const client = new TestClient(server.url);
  await sleep(200);
  expect(client.live).toBe(false);
  server.hub.publish("run-1", recordsOf(2));
  await store.append("run-1", recordsOf(1));
  await store.append("run-1", recordsOf(2));
  await vi.waitFor(() => expect(client.live).toBe(true));
  await vi.waitFor(() => expect(client.readings.get("run-1")).toHaveLength(6));
});

it.each([
  ["text that is no JSON", "hello", 1008],
  ["another type", '{"type":"subscribe"}', 1008],
  ["another protocol", '{"type":"hello","protocol":2}', 1008],
  ["a binary frame", Buffer.from('{"type":"hello","protocol":1}'), 1008],
  ["a frame too large", `{"type":"hello","protocol":1,"x":"${"x".repeat(5000)}"}`, 1009],
])("closes the connection that sends %s, and no other", async (_what, hello, code) => {
  const { server, start } = await serve();
  const good = new TestClient(server.url);
  await vi.waitFor(() => expect(good.live).toBe(true));
  expect(await new TestClient(server.url, hello).closed).toBe(code);
  await start(aRun());
  await vi.waitFor(() => expect(good.runs.size).toBe(1));
  good.socket.send('{"type":"hello","protocol":1}');
  expect(await good.closed).toBe(1008);
});

it("closes a client that does not read, keeps its backlog bounded and serves the others", async () => {
  const clientBudget = 1 << 20;
  const { server, start, record, readings } = await serve({ clientBudget });
  await start(aRun());
  const [slow, quick] = [new TestClient(server.url), new TestClient(server.url)];
  await vi.waitFor(() => expect([slow.live, quick.live]).toEqual([true, true]));
  slow.socket.pause();
  let worst = 0;
  for (let step = 0; server.hub.clients === 2 && step < 20_000; step++) {
    void record(
      "run-1",
      Array.from({ length: 100 }, () => aReading(step)),
    );
    if (step % 5 === 0) await sleep(1);
    worst = Math.max(worst, server.hub.backlog);
  }
  await vi.waitFor(() => expect(server.hub.clients).toBe(1), 5000);
  expect(worst).toBeGreaterThan(clientBudget / 2);
  expect(worst).toBeLessThan(clientBudget * 1.5);
  slow.socket.resume();
  expect([1013, 1006]).toContain(await slow.closed);

  const expected = await readings("run-1");
  const again = new TestClient(server.url);
  for (const client of [quick, again]) {
    await vi.waitFor(() => expect(client.readings.get("run-1")).toHaveLength(expected.length), 20_000);
  }
  expect(again.readings.get("run-1")).toEqual(expected);
});

it("cuts off a client that leaves a ping unanswered", async () => {
  const { server } = await serve({ pingInterval: 50 });
  const [dead, well] = [new TestClient(server.url), new TestClient(server.url)];
  await vi.waitFor(() => expect([dead.live, well.live]).toEqual([true, true]));
  dead.socket.pause();
  await vi.waitFor(() => expect(server.hub.clients).toBe(1), 2000);
  expect(well.socket.readyState).toBe(well.socket.OPEN);
});

it("refuses what the runner must not do", async () => {
  const { server, start } = await serve();
  await start(aRun());
  expect(() => server.hub.runStarted(aRun())).toThrow(/already announced/);
  expect(() => server.hub.publish("nobody", [])).toThrow(/not announced/);
});
