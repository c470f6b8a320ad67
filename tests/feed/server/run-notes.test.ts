import { expect, it } from "vitest";
import { connect, type ControlCommand } from "../../../src/feed/client/node.ts";
import { startServer } from "../../../src/feed/server/server.ts";
import { WithOrigin } from "../../../src/run/watch/control-runs.ts";
import { follow } from "../../fixtures/followed.ts";
import { RawClient } from "../../fixtures/feed-client.ts";
import { aRun, rejection } from "../../fixtures/runs.ts";
import { DASHBOARDS, serve } from "../../fixtures/served-store.ts";
import { waitFor } from "../../fixtures/wait.ts";

const NOTE: ControlCommand = { action: "note", run: "r", note: "warm", tags: ["good"] };
/** A client as a page is one: it names an Origin. */
const asPage = (url: string) => follow(url, { WebSocket: WithOrigin as unknown as typeof globalThis.WebSocket });

async function live(client: ReturnType<typeof follow>): Promise<void> {
  await waitFor(() => expect([client.state, client.runs.has("r")]).toEqual(["live", true]));
}

it("keeps a note and tags in the store, and tells everybody, those who come later too", async () => {
  const { server, start, store } = await serve();
  await start(aRun({ runId: "r" }));
  const [page, other] = [asPage(server.url), follow(server.url)];
  await Promise.all([live(page), live(other)]);
  await page.feed.control(NOTE);
  await waitFor(() => expect(other.runs.get("r")).toMatchObject({ note: "warm", tags: ["good"], status: "running" }));
  await page.feed.control({ action: "note", run: "r", tags: [] });
  await waitFor(() => expect(other.runs.get("r")).toMatchObject({ note: "warm", tags: [] }));
  expect((await store.query("SELECT note, tags FROM run")).rows).toEqual([["warm", null]]);
  const late = follow(server.url);
  await live(late);
  expect(late.runs.get("r")).toMatchObject({ note: "warm" });
  server.hub.runEnded("r", "completed");
  await waitFor(() => expect(other.runs.get("r")).toMatchObject({ status: "completed", note: "warm" }));
});

it("says why it does not, and lets only those note a run who may control", async () => {
  const { server, start, store } = await serve();
  await start(aRun({ runId: "r" }));
  const [page, stranger] = [asPage(server.url), follow(server.url)];
  await Promise.all([live(page), live(stranger)]);
  const refused = async (client: typeof page, command: ControlCommand): Promise<string> =>
    (await rejection(client.feed.control(command))).message;
  expect(await refused(page, { action: "note", run: "gone" })).toBe("control: store: there is no run gone");
  expect(await refused(page, { action: "note", run: "r", tags: ["a b"] })).toMatch(/^control: "a b" is not a tag/);
  expect(await refused(stranger, NOTE)).toBe(
    "control: only this server's own pages and clients with the token may do this",
  );
  const second = await startServer({ store, port: 0, dashboardsDir: DASHBOARDS });
  const reader = asPage(second.url);
  await live(reader);
  expect(await refused(reader, NOTE)).toMatch(/^control: the store is open for reading only; gradstream serve --edit/);
  await second.close();
  expect((await store.query("SELECT note, tags FROM run")).rows).toEqual([[null, null]]);
});

it("says in its greeting whether runs can be noted, and refuses what is no note", async () => {
  const { server } = await serve({ token: "open-sesame" });
  const raw = new RawClient(server.url);
  await waitFor(() => expect(raw.greeted).toBe(true));
  expect(raw.of("hello")[0]).toMatchObject({ controls: true, keeps: true });
  raw.say({ type: "control", id: 3, action: "note", run: "r", note: 5 });
  raw.say({ type: "control", id: 4, action: "note", run: "r", note: "x".repeat(10_001) });
  await waitFor(() => expect(raw.of("error").map(({ id }) => id)).toEqual([3, 4]));
  const unsure = connect(server.url.replace(/\?.*/, ""), { token: "open-sesame" });
  const states: unknown[] = [];
  unsure.connection.subscribe((state) => states.push(state));
  await waitFor(() => expect(states.at(-1)).toMatchObject({ state: "live", keeps: true }));
  unsure.close();
});
