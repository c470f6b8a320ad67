import { once } from "node:events";
import { expect, it, onTestFinished } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { newFrame } from "../../../src/feed/protocol/frame.ts";
import { framesOf } from "../../../src/feed/protocol/message.ts";
import { Connection } from "../../../src/feed/server/connection.ts";

const HEADER = { kind: 1, id: 0, rows: 1, skipped: 0, extra: 0, tick: 1, to: 1 };

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
