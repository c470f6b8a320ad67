import { setTimeout as sleep } from "node:timers/promises";
import { expect, it, vi } from "vitest";
import type { Recorded } from "../../../src/core/types.ts";
import { RawClient } from "../../fixtures/feed-client.ts";
import { follow } from "../../fixtures/followed.ts";
import { aReading, aRun } from "../../fixtures/runs.ts";
import { serve } from "../../fixtures/served-store.ts";
import { waitFor } from "../../fixtures/wait.ts";

function recordsOf(step: number): Recorded[] {
  return [
    aReading(step, { value: step % 50 === 7 ? NaN : 1 / (step + 1) }),
    aReading(step, { probe: "moments", stat: "mean", layer: 2, value: step % 50 === 8 ? -Infinity : step }),
    aReading(step, { probe: "walk", stat: "loss", distance: 0.5, unit: 3, value: step }),
    ...(step % 100 === 0
      ? [
          { kind: "histogram" as const, step, layer: 1, site: "norm", lo: -1, hi: 1, counts: [step, 2] },
          { kind: "histogram" as const, step, layer: 1, site: "norm", unit: 4, lo: -2, hi: NaN, counts: [step] },
          { kind: "event" as const, step, at: 1000 + step, level: "info" as const, name: "note", message: "m" },
          { kind: "event" as const, step, at: 1, level: "error" as const, name: "n", message: "", data: { a: [1] } },
        ]
      : []),
  ];
}

it("gives an early, a middle and a late client what the store holds, of two interleaved runs", async () => {
  const { server, start, record, readings, store } = await serve();
  const runs = ["a", "b"];
  const clients = [follow(server.url).records()];
  await waitFor(() => expect(clients[0]?.state).toBe("live"));
  for (const runId of runs) await start(aRun({ runId, arm: runId }));
  for (let step = 0; step < 3000; step++) {
    for (const runId of runs) void record(runId, recordsOf(step));
    if (step % 300 === 150) clients.push(follow(server.url).records());
    if (step % 20 === 0) await sleep(1);
  }
  for (const runId of runs) {
    await store.finishRun(runId, "completed", 5000);
    server.hub.runEnded(runId, "completed", 5000);
  }
  clients.push(follow(server.url).records());
  for (const runId of runs) {
    const expected = await readings(runId);
    expect(expected).toHaveLength(9000);
    for (const client of clients) {
      await waitFor(() => expect(client.runs.get(runId)?.status).toBe("completed"));
      await waitFor(() => expect(client.readings(runId)).toHaveLength(9000));
      await waitFor(() => expect(client.events.get(runId)).toHaveLength(60));
      expect(client.readings(runId)).toEqual(expected);
      expect(client.histograms.get(runId)).toEqual(clients[0]?.histograms.get(runId));
      expect(client.events.get(runId)).toEqual(clients[0]?.events.get(runId));
      expect(client.errors).toEqual([]);
    }
    expect(clients[0]?.histograms.get(runId)).toHaveLength(60);
    expect(clients[0]!.histograms.get(runId)![3]).toEqual({ runId, ...recordsOf(100)[4] });
  }
});

it("needs no store that is up to date: what it lacks is sent from memory", async () => {
  const { server, start, store, record } = await serve();
  await start(aRun());
  void record("run-1", recordsOf(0));
  await store.flush();
  server.hub.publish("run-1", recordsOf(1));
  const client = follow(server.url).records();
  await waitFor(() => expect(client.readings("run-1")).toHaveLength(6));
  await store.append("run-1", recordsOf(1));
  server.hub.publish("run-1", recordsOf(2));
  await waitFor(() => expect(client.readings("run-1")).toHaveLength(9));
  expect(client.readings("run-1").map(([step]) => step)).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2]);
});

it.each([
  ["text that is not JSON", "hello", 1008],
  ["another type", '{"type":"subscribe"}', 1008],
  ["another protocol", '{"type":"hello","protocol":1}', 1008],
  ["a binary frame", Buffer.from('{"type":"hello","protocol":4}'), 1008],
  ["a frame too large", `{"type":"hello","protocol":4,"x":"${"x".repeat(70_000)}"}`, 1009],
])("closes the connection that sends %s, and no other", async (_what, hello, code) => {
  const { server, start } = await serve();
  const good = new RawClient(server.url);
  await waitFor(() => expect(good.greeted).toBe(true));
  expect(await new RawClient(server.url, hello).closed).toBe(code);
  await start(aRun());
  await waitFor(() => expect(good.of("run")).toHaveLength(1));
  good.say({ type: "hello", protocol: 4 });
  expect(await good.closed).toBe(1008);
});

it("cuts off a client that leaves a ping unanswered", async () => {
  const { server } = await serve({ pingInterval: 50 });
  const [dead, well] = [new RawClient(server.url), new RawClient(server.url)];
  await waitFor(() => expect([dead.greeted, well.greeted]).toEqual([true, true]));
  dead.socket.pause();
  await waitFor(() => expect(server.hub.clients).toBe(1));
  expect(well.socket.readyState).toBe(well.socket.OPEN);
});

it("refuses what the runner must not do", async () => {
  const { server, start } = await serve();
  await start(aRun());
  expect(() => server.hub.runStarted(aRun())).toThrow(/already announced/);
  expect(() => server.hub.publish("nobody", [])).toThrow(/not announced/);
  expect(() => server.hub.runDescribed("nobody", { dataset: "", network: "" })).toThrow(/not announced/);
});

it("tells those who follow what a run really trains, when that shows", async () => {
  const { server, start } = await serve();
  await start(aRun({ dataset: "cifar10", network: "mlp" }));
  const early = follow(server.url);
  await vi.waitFor(() => expect(early.runs.get("run-1")).toMatchObject({ dataset: "cifar10" }), 10_000);
  server.hub.runDescribed("run-1", { dataset: "linearTask", network: "deep linear" });
  const state = { dataset: "linearTask", network: "deep linear", status: "running" };
  await vi.waitFor(() => expect(early.runs.get("run-1")).toMatchObject(state), 10_000);
  const late = follow(server.url);
  await vi.waitFor(() => expect(late.runs.get("run-1")).toMatchObject(state), 10_000);
});
