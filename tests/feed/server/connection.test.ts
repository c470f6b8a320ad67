import { once } from "node:events";
import { expect, it, onTestFinished } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { newFrame } from "../../../src/feed/protocol/frame.ts";
import { framesOf } from "../../../src/feed/protocol/message.ts";
import { Connection } from "../../../src/feed/server/connection.ts";
import { waitFor } from "../../fixtures/wait.ts";

const HEADER = { kind: 1, id: 0, rows: 1, skipped: 0, extra: 0, tick: 1, to: 1 };

/** Both ends of a connection, and what has come to the client's. */
async function connected(budget: number) {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  onTestFinished(() => server.close());
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const client = new WebSocket(`ws://127.0.0.1:${port}`);
  const came: string[] = [];
  client.on("message", (data, isBinary) => came.push(isBinary ? "binary" : (data as Buffer).toString()));
  const [socket] = (await once(server, "connection")) as [WebSocket];
  onTestFinished(() => socket.terminate());
  return { client, came, socket, connection: new Connection(socket, budget) };
}

it("does not take the greeting for a backlog, however long it is", async () => {
  const { client, came, connection } = await connected(1 << 20);
  client.pause();
  const store = "x".repeat(8 << 20);
  connection.greet([{ type: "hello", protocol: 4, epoch: "e", store, controls: false, keeps: false }]);
  connection.say({ type: "tick", tick: 1 });
  expect([connection.isOpen, connection.isBehind]).toEqual([true, false]);
  expect(connection.backlog).toBeLessThan(1000);
  client.resume();
  await waitFor(() => expect(came).toHaveLength(2));
  expect(came[0]!.length).toBeGreaterThan(8 << 20);
});

it("sends large parts one after another, whoever they are for, and makes each in its turn", async () => {
  const { client, came, socket, connection } = await connected(8 << 20);
  client.pause();
  let made = 0;
  const part = (): string => {
    made += 1;
    return "x".repeat(1 << 20);
  };
  const sent = Promise.all(Array.from({ length: 40 }, () => connection.sendPaced(part)));
  await waitFor(() => expect(socket.bufferedAmount).toBeGreaterThan(256 << 10));
  connection.say({ type: "tick", tick: 1 });
  expect([connection.isOpen, connection.isBehind]).toEqual([true, false]);
  expect(made).toBeLessThan(40);
  client.resume();
  await sent;
  await waitFor(() => expect(came).toHaveLength(41));
});

it("sends frames that were joined as one message when it catches up, with nothing else to say", async () => {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  onTestFinished(() => server.close());
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const client = new WebSocket(`ws://127.0.0.1:${port}`);
  client.binaryType = "arraybuffer";
  const [socket] = (await once(server, "connection")) as [WebSocket];
  onTestFinished(() => socket.terminate());
  const connection = new Connection(socket, 1 << 20);

  for (const run of [1, 2, 3]) connection.sendSoon({ id: 10 + run, frame: newFrame({ ...HEADER, run }, 16) });
  expect([socket.bufferedAmount, connection.backlog]).toEqual([0, 3 * 56]);
  const came = once(client, "message");
  connection.catchUp(performance.now());
  const [message] = (await came) as [ArrayBuffer];
  expect([...framesOf(message)].map(({ id, run }) => [id, run])).toEqual([
    [11, 1],
    [12, 2],
    [13, 3],
  ]);
});
