import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import { FeedClient } from "./client.ts";
import { FeedHub, type Hub } from "./hub.ts";
import { listen } from "./listen.ts";
import { bracketed, isOwn } from "./origin.ts";
import { listPages, refuse, servePage } from "./pages.ts";
import { CLOSE, clientMessage } from "./protocol.ts";
import type { SnapshotSource } from "./snapshot.ts";

export const DEFAULT_PORT = 8265;
const MAX_MESSAGE = 4096;
const HELLO_MS = 10_000;

export interface ServerOptions {
  /** Where clients that come late read what was recorded: must receive what is published. */
  readonly store: SnapshotSource;
  readonly host?: string;
  /** First port to try; 0 for any. */
  readonly port?: number;
  /** Folder whose files are served. */
  readonly dashboardsDir: string;
  /** Bytes that may wait for one client before it is closed. */
  readonly clientBudget?: number;
  /** Milliseconds between pings; a client that leaves one unanswered is cut off at the next. */
  readonly pingInterval?: number;
}

export interface FeedServer {
  readonly hub: Hub;
  readonly url: string;
  readonly port: number;
  /** Differs from `port` when that one was taken. */
  readonly requestedPort: number;
  /** Closes clients and stops listening. A second call does nothing. */
  close(): Promise<void>;
}

/** Starts the HTTP and WebSocket server. Throws UserError when it cannot listen or the dashboards cannot be read. */
export async function startServer({
  store,
  host = "127.0.0.1",
  port: requestedPort = DEFAULT_PORT,
  dashboardsDir,
  clientBudget = 8 << 20,
  pingInterval = 15_000,
}: ServerOptions): Promise<FeedServer> {
  const pages = listPages(dashboardsDir);
  const hub = new FeedHub(store, randomUUID());
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: MAX_MESSAGE });
  const server = createServer((request, response) => {
    if (isOwn(request, host)) void servePage(pages, request, response);
    else refuse(response, 403, "refused: not one of this server's own names");
  });
  server.on("upgrade", (request, socket, head) => {
    socket.on("error", () => socket.destroy());
    if (!isOwn(request, host)) return socket.end("HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n");
    if (request.url !== "/feed") return socket.end("HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n");
    sockets.handleUpgrade(request, socket, head, (client) => sockets.emit("connection", client));
  });
  sockets.on("connection", (client) => accept(client, hub, clientBudget));
  const pings = pingAll(sockets, pingInterval);
  const port = await listen(server, host, requestedPort);

  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    clearInterval(pings);
    hub.close();
    const ended = new Promise((resolve) => server.close(resolve));
    await Promise.race([allClosed(sockets), new Promise((resolve) => setTimeout(resolve, 500))]);
    for (const socket of sockets.clients) socket.terminate();
    server.closeAllConnections();
    await ended;
  };
  return { hub, url: `http://${bracketed(host)}:${port}/`, port, requestedPort, close: () => (closed ??= close()) };
}

/** Waits for the client's hello; anything else closes this connection and no other. */
function accept(socket: WebSocket, hub: FeedHub, budget: number): void {
  const client = new FeedClient(socket, budget);
  const patience = setTimeout(() => client.close(CLOSE.refused, "no hello"), HELLO_MS).unref();
  let greeted = false;
  socket.on("message", (data, isBinary) => {
    clearTimeout(patience);
    if (greeted || isBinary || !isHello(data)) {
      return client.close(CLOSE.refused, 'expected one {"type":"hello","protocol":1}');
    }
    greeted = true;
    void hub.add(client);
  });
  socket.on("error", () => client.close(CLOSE.refused, "bad frame"));
  socket.on("close", () => {
    clearTimeout(patience);
    hub.remove(client);
  });
}

function isHello(data: RawData): boolean {
  try {
    return clientMessage.safeParse(JSON.parse((data as Buffer).toString())).success;
  } catch {
    return false;
  }
}

/** Cuts off clients that did not answer the last ping. */
function pingAll(sockets: WebSocketServer, interval: number): NodeJS.Timeout {
  const waiting = new WeakSet<WebSocket>();
  sockets.on("connection", (socket) => socket.on("pong", () => waiting.delete(socket)));
  return setInterval(() => {
    for (const socket of sockets.clients) {
      if (waiting.has(socket)) {
        socket.terminate();
        continue;
      }
      waiting.add(socket);
      socket.ping();
    }
  }, interval).unref();
}

function allClosed(sockets: WebSocketServer): Promise<unknown> {
  return Promise.all([...sockets.clients].map((socket) => new Promise((resolve) => socket.once("close", resolve))));
}
