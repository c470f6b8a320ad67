import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { connect } from "../../../src/feed/client/connect.ts";
import { waitFor } from "../../fixtures/wait.ts";

it("resumes from where its own records had come to, whatever the server said of later ones before they came", async () => {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  onTestFinished(() => server.close());
  await once(server, "listening");
  const asked: unknown[] = [];
  server.on("connection", (socket) => {
    const say = (message: object) => socket.send(JSON.stringify(message));
    socket.on("message", (data: Buffer) => {
      const { type, id, resume } = JSON.parse(data.toString()) as { type: string; id: number; resume?: object };
      if (type === "hello") say({ type: "hello", protocol: 4, epoch: "e", store: "s.duckdb" });
      if (type !== "subscribe") return;
      asked.push(resume);
      if (asked.length === 1) {
        say({ type: "live", id, tick: 2 });
        say({ type: "tick", tick: 3 });
      }
      // What it missed is on its way, and how far all is comes first.
      if (asked.length === 2) say({ type: "tick", tick: 90 });
      if (asked.length < 3) socket.close();
    });
  });
  const { port } = server.address() as AddressInfo;
  const feed = connect(`http://127.0.0.1:${port}/`, { WebSocket: WebSocket as unknown as typeof globalThis.WebSocket });
  onTestFinished(() => feed.close());
  feed.readings().subscribe();
  await waitFor(() => expect(asked).toHaveLength(3));
  expect(asked).toEqual([undefined, { epoch: "e", tick: 3 }, { epoch: "e", tick: 3 }]);
});
