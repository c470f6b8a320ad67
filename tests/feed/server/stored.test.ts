import { expect, it, onTestFinished } from "vitest";
import { connect, type LostRecords } from "../../../src/feed/client/node.ts";
import { startServer } from "../../../src/feed/server/server.ts";
import { RawClient } from "../../fixtures/feed-client.ts";
import { aReading, aRun } from "../../fixtures/runs.ts";
import { DASHBOARDS, serve } from "../../fixtures/served-store.ts";
import { waitFor } from "../../fixtures/wait.ts";

/** Steps that a client is given, at once and when they are on disk, and what it is told is lost. */
function watch(url: string) {
  const feed = connect(url);
  onTestFinished(() => feed.close());
  const [atOnce, stored, lost]: [number[], number[], LostRecords[]] = [[], [], []];
  feed.readings().subscribe(({ step }) => atOnce.push(step));
  feed.readings({ stored: true }).subscribe(({ step }) => stored.push(step));
  feed.lost.subscribe((one) => lost.push(one));
  return { atOnce, stored, lost };
}

const steps = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

it("passes readings on when they are on disk, to who asks for that", async () => {
  const { server, store, start } = await serve();
  await start(aRun());
  const { atOnce, stored } = watch(server.url);
  server.hub.publish(
    "run-1",
    steps(0, 5).map((step) => aReading(step)),
  );
  await waitFor(() => expect(atOnce).toEqual(steps(0, 5)));
  // The feed is ahead of the store.
  expect(stored).toEqual([]);
  await store.append(
    "run-1",
    steps(0, 3).map((step) => aReading(step)),
  );
  await store.flush();
  server.hub.publish(
    "run-1",
    steps(5, 9).map((step) => aReading(step)),
  );
  await waitFor(() => expect(atOnce).toEqual(steps(0, 9)));
  expect(stored.every((step) => step < 3)).toBe(true);
  await store.append(
    "run-1",
    steps(3, 9).map((step) => aReading(step)),
  );
  await waitFor(() => expect(stored).toEqual(steps(0, 9)));
  // Late is as early: what is on disk comes at once.
  const late = watch(server.url);
  await waitFor(() => expect([late.atOnce, late.stored]).toEqual([steps(0, 9), steps(0, 9)]));
});

it("says per run and kind how much is on disk, to who comes later too", async () => {
  const { server, store, start, record } = await serve();
  await start(aRun());
  const raw = new RawClient(server.url);
  await waitFor(() => expect(raw.of("stored")[0]?.runs).toEqual([[0, 0, 0, 0]]));
  await record("run-1", [
    aReading(0),
    { kind: "histogram", step: 0, layer: 1, site: "norm", lo: 0, hi: 1, counts: [1] },
    aReading(1),
    { kind: "event", step: 1, at: 0, level: "info", name: "e", message: "" },
  ]);
  await waitFor(() => expect(raw.of("stored").at(-1)?.runs).toEqual([[0, 2, 1, 1]]));
  const late = new RawClient(server.url);
  await waitFor(() => expect(late.of("stored")[0]?.runs).toEqual([[0, 2, 1, 1]]));
  await store.flush();
});

it("tells what a crash has taken of what a client had been given, and no more", async () => {
  const { server, store, start } = await serve();
  await start(aRun());
  await start(aRun({ runId: "run-2" }));
  const client = watch(server.url);
  for (const runId of ["run-1", "run-2"])
    server.hub.publish(
      runId,
      steps(0, 10).map((step) => aReading(step)),
    );
  await waitFor(() => expect(client.atOnce).toHaveLength(20));
  await store.append(
    "run-1",
    steps(0, 6).map((step) => aReading(step)),
  );
  await store.append(
    "run-2",
    steps(0, 10).map((step) => aReading(step)),
  );
  await store.flush();
  await waitFor(() => expect(client.stored.length).toBeGreaterThanOrEqual(10));
  // The process ends without having stored the rest; another one serves the store.
  await server.close();
  const again = await startServer({ store, port: server.port, dashboardsDir: DASHBOARDS });
  onTestFinished(() => again.close());
  await waitFor(() => expect(client.lost).toEqual([{ runId: "run-1", kind: "readings", count: 4 }]));
  await waitFor(() => expect(client.stored).toHaveLength(16));
  expect(client.atOnce).toHaveLength(20);
});

it("holds back what is not on disk of a run that goes on from an earlier step", async () => {
  const { server, store, start } = await serve();
  await start(aRun());
  const readings = (from: number, to: number) => steps(from, to).map((step) => aReading(step));
  server.hub.publish("run-1", readings(0, 9));
  await store.append("run-1", readings(0, 9));
  await store.flush();
  await store.finishRun("run-1", "interrupted", 1000);
  server.hub.runEnded("run-1", "interrupted");
  const { atOnce, stored, lost } = watch(server.url);
  await waitFor(() => expect([atOnce, stored]).toEqual([steps(0, 9), steps(0, 9)]));

  server.hub.runRestarted(aRun({ attempt: 2 }), 3, await store.restartRun(aRun({ attempt: 2 }), 3));
  await waitFor(() => expect(lost).toHaveLength(2));
  server.hub.publish("run-1", readings(3, 6));
  await waitFor(() => expect(atOnce).toEqual([...steps(0, 9), ...steps(3, 6)]));
  expect(stored).toEqual(steps(0, 9));
  await store.append("run-1", readings(3, 6));
  await waitFor(() => expect(stored).toEqual([...steps(0, 9), ...steps(3, 6)]));
});
