import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { expect, it, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import type { Recorded } from "../../../src/core/types.ts";
import { startServer } from "../../../src/feed/server/server.ts";
import { follow } from "../../fixtures/followed.ts";
import { aReading, aRun } from "../../fixtures/runs.ts";
import { DASHBOARDS, serve } from "../../fixtures/served-store.ts";
import { waitFor } from "../../fixtures/wait.ts";

const recordsOf = (step: number): Recorded[] => [
  aReading(step, { value: step }),
  aReading(step, { probe: "moments", stat: "mean", layer: step % 3, value: -step }),
  { kind: "histogram", step, layer: 1, site: "norm", lo: 0, hi: 1, counts: [step, 1] },
  { kind: "event", step, at: step, level: "info", name: "e", message: String(step) },
];

/** Sockets that the test can cut, and their connections so far. */
function cuttable() {
  const open = new Set<WebSocket>();
  let resyncs = 0;
  class Cuttable extends WebSocket {
    constructor(url: string) {
      super(url);
      open.add(this);
      this.on("close", () => open.delete(this));
      this.on("message", (data, isBinary) => {
        if (
          !isBinary &&
          Buffer.from(data as Buffer)
            .toString()
            .startsWith('{"type":"resync"')
        )
          resyncs++;
      });
    }
  }
  return {
    WebSocket: Cuttable as unknown as typeof globalThis.WebSocket,
    cut: () => open.forEach((socket) => socket.terminate()),
    resyncs: () => resyncs,
  };
}

it.each([
  ["a ring that reaches back", 32 << 20, true],
  ["a ring that does not", 3000, true],
  ["without resuming", 32 << 20, false],
])("gives every record once, in order, over cuts at random moments: %s", async (_what, ringBytes, resume) => {
  let resyncs = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 8 }), async (cuts) => {
      const { server, start, record, readings, store, close } = await serve({ ringBytes });
      for (const runId of ["a", "b"]) await start(aRun({ runId, arm: runId }));
      const { cut, WebSocket: Cuttable, resyncs: count } = cuttable();
      const client = follow(server.url, { WebSocket: Cuttable, resume }).records();
      const curve = client.series({ points: 20 });
      const some = follow(server.url, { WebSocket: Cuttable, resume }).records({
        probes: ["moments"],
        layers: [1],
        arms: ["a"],
      });
      const witness = follow(server.url).records();
      await waitFor(() => expect([client, witness].map(({ state }) => state)).toEqual(["live", "live"]));
      let step = 0;
      const recordStep = () => {
        for (const runId of ["a", "b"]) void record(runId, recordsOf(step));
        step++;
      };
      for (const pause of cuts) {
        const until = Date.now() + pause;
        while (Date.now() < until) {
          recordStep();
          await sleep(1);
        }
        if (pause % 3 === 0) await store.flush();
        cut();
        recordStep();
        await sleep(pause % 7);
        // As much as a small ring does not hold, in batches that have gone out.
        for (let round = 0; round < 2 && ringBytes < 1 << 20; round++) {
          for (let more = 0; more < 40; more++) recordStep();
          await waitFor(() => expect(witness.readings("b")).toHaveLength(2 * step));
        }
        for (const { feed } of [client, some]) feed.retryNow();
      }
      for (const runId of ["a", "b"]) {
        const right = await readings(runId);
        expect(right).toHaveLength(2 * step);
        await waitFor(() => expect(client.readings(runId)).toHaveLength(2 * step));
        await waitFor(() => expect(client.events.get(runId)).toHaveLength(step));
        await waitFor(() => expect(client.histograms.get(runId)).toHaveLength(step));
        expect(client.readings(runId)).toEqual(right);
        expect(client.histograms.get(runId)!.map(({ step: s }) => s)).toEqual([...Array(step).keys()]);
        expect(client.events.get(runId)!.map(({ message }) => message)).toEqual([...Array(step).keys()].map(String));
      }
      const wanted = (await readings("a")).filter(([, probe, , layer]) => probe === "moments" && layer === 1);
      await waitFor(() => expect(some.readings("a")).toEqual(wanted));
      expect(some.readings("b")).toEqual([]);
      await waitFor(() => {
        const total = curve.set.series.reduce((sum, { readings: n }) => sum + n, 0);
        expect(total).toBe(4 * step);
      });
      expect([client.errors, client.skipped]).toEqual([[], 0]);
      resyncs += count();
      await close();
    }),
    // A smaller failure would be waited for as long as each of these.
    { numRuns: 6, endOnFailure: true },
  );
  if (!resume || ringBytes > 1 << 20) expect(resyncs).toBe(0);
  else expect(resyncs).toBeGreaterThan(0);
});

it("takes a run of the id of one that was removed meanwhile for another", async () => {
  const { server, start, record, store } = await serve();
  await start(aRun());
  for (let step = 0; step < 50; step++) void record("run-1", recordsOf(step));
  const client = follow(server.url).records();
  await waitFor(() => expect(client.readings("run-1")).toHaveLength(100));
  server.hub.runEnded("run-1", "interrupted");
  await store.finishRun("run-1", "interrupted", Date.now());
  await store.flush();
  await server.close();
  await waitFor(() => expect(client.state).toBe("disconnected"));

  await store.removeRuns(["run-1"]);
  const anew = aRun({ startedAt: aRun().startedAt + 1000 });
  await store.startRun(anew);
  await store.append("run-1", [0, 1, 2].flatMap(recordsOf));
  await store.flush();
  const again = await startServer({ store, port: server.port, dashboardsDir: DASHBOARDS });
  onTestFinished(() => again.close());
  await waitFor(() => expect(client.readings("run-1")).toHaveLength(106));
  expect(client.errors).toEqual([]);
});

it("goes on after the server has started again, with what is new", async () => {
  const { server, start, record, store, readings } = await serve();
  await start(aRun());
  for (let step = 0; step < 50; step++) void record("run-1", recordsOf(step));
  const client = follow(server.url).records();
  const curve = client.series({ points: 100 });
  await waitFor(() => expect(client.readings("run-1")).toHaveLength(100));
  await server.close();
  await waitFor(() => expect(client.state).toBe("disconnected"));
  // A process that ends leaves nothing unwritten to the next.
  await store.flush();

  const again = await startServer({ store, port: server.port, dashboardsDir: DASHBOARDS });
  onTestFinished(() => again.close());
  await store.startRun(aRun({ runId: "run-2" }));
  again.hub.runStarted(aRun({ runId: "run-2" }));
  for (let step = 0; step < 30; step++) {
    again.hub.publish("run-2", recordsOf(step));
    await store.append("run-2", recordsOf(step));
  }
  await waitFor(() => expect(client.readings("run-2")).toHaveLength(60));
  expect(client.readings("run-1")).toEqual(await readings("run-1"));
  expect(client.readings("run-2")).toEqual(await readings("run-2"));
  await waitFor(() => expect(client.events.get("run-1") ?? []).toHaveLength(50));
  await waitFor(() => {
    expect(curve.set.series).toHaveLength(8);
    expect(curve.set.series.reduce((sum, { readings: n }) => sum + n, 0)).toBe(160);
  });
  expect(client.errors).toEqual([]);
});
