import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { WebSocket } from "ws";
import { RunCheckpoints } from "../../../src/checkpoints/run-checkpoints.ts";
import { startServer } from "../../../src/feed/server/server.ts";
import { checkpointsOf } from "../../../src/run/command-line/checkpoints-of.ts";
import { runKeeper } from "../../../src/run/serving/run-keeper.ts";
import { WithOrigin } from "../../../src/run/watch/control-runs.ts";
import { follow } from "../../fixtures/followed.ts";
import { aReading, aRun, rejection } from "../../fixtures/runs.ts";
import { DASHBOARDS, type Served, serve } from "../../fixtures/served-store.ts";
import { waitFor } from "../../fixtures/wait.ts";

const asPage = (url: string) => follow(url, { WebSocket: WithOrigin as unknown as typeof globalThis.WebSocket });
const steps = (count: number): number[] => [...Array(count).keys()];

/** Ids of the runs that a client knows. */
function knownTo(client: ReturnType<typeof follow>): { ids: string[] } {
  const known = { ids: [] as string[] };
  client.feed.runs.subscribe((runs) => (known.ids = runs.map(({ runId }) => runId).sort()));
  return known;
}

async function record({ start, record: note, store, server }: Served, runId: string, ends = true): Promise<void> {
  await start(aRun({ runId }));
  for (const step of steps(5)) await note(runId, [aReading(step, { value: step })]);
  if (!ends) return;
  await store.finishRun(runId, "completed", 1000);
  server.hub.runEnded(runId, "completed");
}

it("removes a run with its checkpoints, for everybody, who goes on to hear of the others", async () => {
  const served = await serve();
  const { server, store } = served;
  await record(served, "a");
  await record(served, "b");
  await record(served, "live", false);
  const kept = (runId: string): string => new RunCheckpoints(checkpointsOf(store), runId).folder;
  for (const runId of ["a", "b"]) {
    mkdirSync(kept(runId), { recursive: true });
    writeFileSync(join(kept(runId), "step-0000000001.json"), "{}");
  }
  const declaration = { id: "d", experiment: "e", pipeline: "p", steps: 5, hyper: null, arms: [] };
  const trials = ["a", "b"].map((runId, seed) => ({ arm: 0, seed, runId }));
  server.hub.declared({ ...declaration, trials });
  const [page, other] = [asPage(server.url), follow(server.url).records()];
  const curves = other.series({ points: 100 });
  const curvesOf = () => curves.set.series.map(({ runId }) => runId).sort();
  const [mine, theirs] = [knownTo(page), knownTo(other)];
  await waitFor(() => expect([mine.ids, theirs.ids, curvesOf()]).toEqual([["a", "b", "live"], ["a", "b", "live"], ["a", "b", "live"]])); // prettier-ignore

  await page.feed.control({ action: "remove", run: "a" });
  await waitFor(() => expect([mine.ids, theirs.ids, curvesOf()]).toEqual([["b", "live"], ["b", "live"], ["b", "live"]])); // prettier-ignore
  expect([existsSync(kept("a")), existsSync(kept("b"))]).toEqual([false, true]);
  expect(dirname(kept("b"))).toBe(checkpointsOf(store));
  let declared: unknown;
  other.feed.declarations.subscribe((all) => (declared = all.map((one) => one.trials.map(({ runId }) => runId))));
  expect(declared).toEqual([["b"]]);
  // Who trains goes on to declare all of its trials.
  server.hub.declared({ ...declaration, trials });
  await page.feed.control({ action: "note", run: "b", note: "heard" });
  expect(declared).toEqual([["b"]]);

  for (const step of [5, 6, 7, 8]) await served.record("live", [aReading(step, { value: step })]);
  await waitFor(() => expect(other.readings("live").map(([step]) => step)).toEqual(steps(9)));
  expect(other.readings("b")).toHaveLength(5);
  await waitFor(() => expect(curves.set.series.find(({ runId }) => runId === "live")?.readings).toBe(9));
  const late = follow(server.url).records();
  await waitFor(() => expect(late.readings("live")).toHaveLength(9));
  expect([late.readings("a"), late.runs.has("a")]).toEqual([[], false]);
  expect([...other.errors, ...late.errors]).toEqual([]);
});

it("gives all of a run that is trained again under the name of one that was removed", async () => {
  const served = await serve();
  await record(served, "a");
  const [page, other] = [asPage(served.server.url), follow(served.server.url).records()];
  const curves = other.series({ points: 100 });
  await waitFor(() => expect(other.readings("a")).toHaveLength(5));
  await page.feed.control({ action: "remove", run: "a" });
  await waitFor(() => expect(curves.set.series).toEqual([]));
  await record(served, "a");
  await waitFor(() => expect(other.readings("a").map(([step]) => step)).toEqual([...steps(5), ...steps(5)]));
  await waitFor(() => expect(curves.set.series.map(({ readings }) => readings)).toEqual([5]));
  await served.store.flush();
  const late = follow(served.server.url).records();
  await waitFor(() => expect(late.readings("a")).toHaveLength(5));
  expect([...other.errors, ...late.errors]).toEqual([]);
});

it("is heard of by who was away, and who comes back does not bring the run back", async () => {
  const served = await serve();
  await record(served, "a");
  await record(served, "live", false);
  let isCut = false;
  const sockets: WebSocket[] = [];
  class Cut extends WebSocket {
    constructor(url: string) {
      super(isCut ? "ws://127.0.0.1:9" : url);
      sockets.push(this);
    }
  }
  const away = follow(served.server.url, { WebSocket: Cut as unknown as typeof globalThis.WebSocket }).records();
  const curves = away.series({ points: 100 });
  const known = knownTo(away);
  await waitFor(() => expect(curves.set.series.map(({ readings }) => readings)).toEqual([5, 5]));
  isCut = true;
  for (const socket of sockets) socket.terminate();
  await waitFor(() => expect(away.state).toBe("disconnected"));
  const page = asPage(served.server.url);
  await waitFor(() => expect(page.state).toBe("live"));
  await page.feed.control({ action: "remove", run: "a" });
  await served.record("live", [aReading(5, { value: 5 })]);
  isCut = false;
  away.feed.retryNow();
  await waitFor(() => expect(curves.set.series.map(({ runId, readings }) => [runId, readings])).toEqual([["live", 6]]));
  expect(known.ids).toEqual(["live"]);
  expect(away.readings("live").map(([step]) => step)).toEqual(steps(6));
  expect(away.errors).toEqual([]);
});

it("removes a run that the server found in the store", async () => {
  const served = await serve();
  await record(served, "a");
  await record(served, "b");
  const keeper = runKeeper(served.store);
  const server = await startServer({ store: served.store, keeper, port: 0, dashboardsDir: DASHBOARDS });
  const client = asPage(server.url).records();
  const known = knownTo(client);
  await waitFor(() => expect(client.readings("a")).toHaveLength(5));
  await client.feed.control({ action: "remove", run: "a" });
  await waitFor(() => expect(known.ids).toEqual(["b"]));
  expect((await served.store.query("SELECT DISTINCT run_id FROM reading")).rows).toEqual([["b"]]);
  await server.close();
});

it("refuses to remove a run that is under way, and from those who may not", async () => {
  const served = await serve();
  await record(served, "a", false);
  await record(served, "b");
  const reading = await startServer({ store: served.store, port: 0, dashboardsDir: DASHBOARDS });
  const [page, stranger, reader] = [asPage(served.server.url), follow(served.server.url), asPage(reading.url)];
  const [mine, theirs, read] = [knownTo(page), knownTo(stranger), knownTo(reader)];
  await waitFor(() => expect([mine.ids, theirs.ids, read.ids]).toEqual([["a", "b"], ["a", "b"], ["a", "b"]])); // prettier-ignore
  const refusal = async (client: typeof page, run: string): Promise<string> =>
    (await rejection(client.feed.control({ action: "remove", run }))).message;
  expect(await refusal(page, "a")).toBe("control: store: run a is running; stop it first");
  expect(await refusal(page, "gone")).toBe("control: store: there is no run gone");
  expect(await refusal(stranger, "b")).toBe(
    "control: only this server's own pages and clients with the token may do this",
  );
  expect(await refusal(reader, "b")).toMatch(/^control: the store is open for reading only; gradstream serve --edit/);
  expect(() => served.server.hub.runRemoved("a")).toThrow("feed: run a is under way");
  expect((await served.store.query("SELECT run_id FROM run ORDER BY ALL")).rows).toEqual([["a"], ["b"]]);
  await reading.close();
});
