import { expect, it, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { UserError } from "../../../src/core/errors.ts";
import { connect, type ControlCommand, type Feed } from "../../../src/feed/client/node.ts";
import { follow } from "../../fixtures/followed.ts";
import { RawClient } from "../../fixtures/feed-client.ts";
import { aRun, rejection } from "../../fixtures/runs.ts";
import { serve } from "../../fixtures/served-store.ts";
import { waitFor } from "../../fixtures/wait.ts";

const STOP: ControlCommand = { action: "stop", run: "r" };

/** A client as a page is one: it names an Origin. */
function fromPage(url: string, origin = new URL(url).origin): Feed {
  class Page extends WebSocket {
    constructor(address: string) {
      super(address, { origin });
    }
  }
  const feed = connect(url, { WebSocket: Page as unknown as typeof globalThis.WebSocket });
  onTestFinished(() => feed.close());
  return feed;
}

/** Whether a client is told that it may control, once it is live. */
async function mayControl(feed: Feed): Promise<boolean> {
  let controls: boolean | undefined;
  feed.connection.subscribe((now) => now.state === "live" && (controls = now.controls));
  await waitFor(() => expect(controls).toBeDefined());
  return controls!;
}

it("takes commands from a page of this machine's own, hands them to those who train, and says so", async () => {
  const { server } = await serve();
  const asked: ControlCommand[] = [];
  const end = server.hub.controlledBy((command) => {
    asked.push(command);
    return command.action === "skip" || command.run === "r";
  });
  const feed = fromPage(server.url);
  expect(await mayControl(feed)).toBe(true);
  const skip: ControlCommand = { action: "skip", declaration: "d", arm: "a", seed: 3 };
  for (const command of [STOP, { action: "pause", run: "r" }, skip] as const) await feed.control(command);
  expect(asked).toEqual([STOP, { action: "pause", run: "r" }, skip]);
  const unknown = await rejection(feed.control({ action: "stop", run: "other" }));
  expect(unknown.message).toBe("control: this process is not training that run");
  end();
  expect((await rejection(feed.control(STOP))).message).toBe("control: this process is not training that run");
});

it("hands on moves of controls, and says in a line why one must not be", async () => {
  const { server } = await serve();
  const asked: ControlCommand[] = [];
  server.hub.controlledBy((command) => {
    if (command.action === "move" && command.value > 2) throw new UserError("noise goes from 0 to 2, not to 3");
    return asked.push(command) > 0;
  });
  const feed = fromPage(server.url);
  await mayControl(feed);
  const move = (value: number): ControlCommand => ({ action: "move", run: "r", control: "noise", value });
  await feed.control(move(1.5));
  expect((await rejection(feed.control(move(3)))).message).toBe("control: noise goes from 0 to 2, not to 3");
  for (const value of [NaN, Infinity, "1" as never]) {
    expect((await rejection(feed.control(move(value)))).message).toBe("control: value: must be a finite number");
  }
  const { feed: stranger } = follow(server.url);
  await mayControl(stranger);
  expect((await rejection(stranger.control(move(1)))).message).toMatch(/^control: only this server's own pages/);
  expect(asked).toEqual([move(1.5)]);
});

it("takes none from a program that brings neither an Origin nor a token, and reads on with it", async () => {
  const { server, start } = await serve();
  const asked: ControlCommand[] = [];
  server.hub.controlledBy((command) => asked.push(command) > 0);
  const { feed } = follow(server.url);
  expect(await mayControl(feed)).toBe(false);
  const { message } = await rejection(feed.control(STOP));
  expect(message).toBe("control: only this server's own pages and clients with the token may do this");
  expect(asked).toEqual([]);
  await start(aRun({ runId: "r" }));
  const again = follow(server.url);
  await waitFor(() => expect(again.runs.has("r")).toBe(true));
});

it("lets no foreign page in, and whoever brings the token control", async () => {
  const { server } = await serve({ token: "open-sesame" });
  let asked = 0;
  server.hub.controlledBy(() => (asked += 1) > 0);
  const foreign = fromPage(server.url, "https://evil.example");
  const states = new Set<string>();
  foreign.connection.subscribe(({ state }) => states.add(state));
  await waitFor(() => expect(states.has("disconnected")).toBe(true));
  expect(states.has("live")).toBe(false);
  const { feed } = follow(server.url);
  expect(await mayControl(feed)).toBe(true);
  await feed.control(STOP);
  expect(asked).toBe(1);
});

it("answers a command that is none with an error, and goes on", async () => {
  const { server } = await serve({ token: "open-sesame" });
  const raw = new RawClient(server.url);
  await waitFor(() => expect(raw.greeted).toBe(true));
  raw.say({ type: "control", id: 7, action: "delete", run: "r" });
  raw.say({ type: "control", id: 8, action: "skip", run: "r" });
  await waitFor(() => expect(raw.of("error").map(({ id }) => id)).toEqual([7, 8]));
  expect(raw.of("hello")[0]).toMatchObject({ controls: true });
});

it("tells everybody that a run waits and goes on", async () => {
  const { server, start } = await serve();
  await start(aRun({ runId: "r" }));
  const client = follow(server.url);
  server.hub.runPaused("r", true);
  await waitFor(() => expect(client.runs.get("r")).toMatchObject({ status: "running", isPaused: true }));
  server.hub.runEnded("r", "interrupted");
  await waitFor(() => expect(client.runs.get("r")).toMatchObject({ status: "interrupted", isPaused: false }));
});
