import { expect, it } from "vitest";
import { parseServerMessage } from "../../../src/feed/protocol/server-messages.ts";
import { RawClient } from "../../fixtures/feed-client.ts";
import { aReading, aRun } from "../../fixtures/runs.ts";
import { serve } from "../../fixtures/served-store.ts";
import { waitFor } from "../../fixtures/wait.ts";

const RUNS = 200;
const RECORDS = "records";
const names = Array.from({ length: RUNS }, (_, i) => `run-${i}`);

it("sends what many runs record in one tick in few messages, before it says that they have come so far", async () => {
  const { server, start } = await serve();
  for (const runId of names) await start(aRun({ runId }));
  const client = await subscribed(server.url, ["series", "readings"]);
  for (const runId of names) server.hub.publish(runId, [aReading(0)]);
  await waitFor(() => expect(client.frames).toHaveLength(2 * RUNS));

  const order = orderOf(client);
  client.frames.length = 0;
  for (const runId of names) server.hub.publish(runId, [aReading(1)]);
  await waitFor(() => expect(client.frames).toHaveLength(2 * RUNS));
  const last = Math.max(...client.frames.map(({ tick }) => tick));
  await waitFor(() => expect(client.of("tick").some(({ tick }) => tick >= last)).toBe(true));

  expect(order.filter((one) => one === RECORDS).length).toBeLessThan(10);
  expect(order.lastIndexOf(RECORDS)).toBeLessThan(order.lastIndexOf("tick"));
  for (const id of [1, 2]) {
    const runs = client.frames.filter((frame) => frame.id === id).map(({ run }) => run);
    expect(new Set(runs).size).toBe(RUNS);
  }
});

it("sends a run's last records before it says that the run has ended", async () => {
  const { server, start } = await serve();
  await start(aRun({ runId: "r" }));
  const client = await subscribed(server.url, ["readings"]);
  const order = orderOf(client);
  server.hub.publish("r", [aReading(0), aReading(1)]);
  server.hub.runEnded("r", "completed");
  await waitFor(() => expect(order).toContain("run"));
  expect(order.indexOf(RECORDS)).toBeGreaterThanOrEqual(0);
  expect(order.indexOf(RECORDS)).toBeLessThan(order.indexOf("run"));
  expect(client.frames.map(({ rows }) => rows)).toEqual([2]);
});

async function subscribed(url: string, kinds: readonly string[]): Promise<RawClient> {
  const client = new RawClient(url);
  await waitFor(() => expect(client.greeted).toBe(true));
  kinds.forEach((kind, i) => client.say({ type: "subscribe", id: i + 1, kind, filter: {} }));
  await waitFor(() => expect(client.of("live")).toHaveLength(kinds.length));
  return client;
}

/** The types of messages from now on, as they come. */
function orderOf({ socket }: RawClient): string[] {
  const order: string[] = [];
  socket.on("message", (data, isBinary) =>
    order.push(isBinary ? RECORDS : parseServerMessage(Buffer.from(data as ArrayBuffer).toString()).type),
  );
  return order;
}
