import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { type WebSocket, WebSocketServer } from "ws";
import { CLOSE, LIMITS } from "../protocol/protocol.ts";
import { Access, pathOf } from "./access.ts";
import { FAREWELL_MS } from "./connection.ts";
import { FeedHub, type Hub } from "./hub.ts";
import { listen } from "./listen.ts";
import { listPages, redirect, refuse, servePage } from "./pages.ts";
import { Answers, type Asker } from "./answers.ts";
import { ServerSession } from "./session.ts";
import { storedDeclarations } from "./stored-declarations.ts";
import type { FeedStore } from "./feed-store.ts";
import type { RunKeeper } from "./run-keeper.ts";

/** The number under which the paper is found at arXiv, which no other program is known to listen on. */
export const DEFAULT_PORT = 11604;

/** An address may name 200 runs. */
const ADDRESS_BYTES = 64 << 10;

export interface ServerOptions {
  /** Where what was recorded is read: must receive what is published. */
  readonly store: FeedStore;
  /** Does what clients ask of recorded runs. Default: it is refused. */
  readonly keeper?: RunKeeper | undefined;
  /** Answers clients' SQL. Default: it is refused. */
  readonly asker?: Asker | undefined;
  readonly host?: string | undefined;
  /** First port to try; 0 for any. */
  readonly port?: number | undefined;
  /** What clients must bring; without one, an address that other machines reach gets a random one. */
  readonly token?: string | undefined;
  /** Address under which another server shows this one, with its path prefix. Default: it is reached directly. */
  readonly publicUrl?: string | undefined;
  /** Folder whose files are served. */
  readonly dashboardsDir: string;
  /** Further JSON documents to serve, by URL path. */
  readonly documents?: Readonly<Record<string, unknown>> | undefined;
  /** Bytes that may wait for one client before it is closed. */
  readonly clientBudget?: number | undefined;
  /** Bytes of the latest records that are kept for clients that come back. */
  readonly ringBytes?: number | undefined;
  /** Milliseconds between pings; a client that leaves one unanswered is cut off at the next. */
  readonly pingInterval?: number | undefined;
}

export interface FeedServer {
  readonly hub: Hub;
  /** The page's address, the public one where there is one, with the token where one is asked for. */
  readonly url: string;
  /** Its address on this machine, with the token. */
  readonly localUrl: string;
  readonly port: number;
  /** Differs from `port` when that one was taken. */
  readonly requestedPort: number;
  /** Closes clients and stops listening. A second call does nothing. */
  close(): Promise<void>;
}

/** Starts the HTTP and WebSocket server. Throws UserError when it cannot listen or the dashboards cannot be read. */
export async function startServer(options: ServerOptions): Promise<FeedServer> {
  const { store, host = "127.0.0.1", port: requestedPort = DEFAULT_PORT, token, dashboardsDir } = options;
  const pages = listPages(dashboardsDir, options.documents);
  const publicUrl = options.publicUrl === undefined ? undefined : new URL(options.publicUrl);
  const access = new Access(host, token, publicUrl);
  const reader = await store.openReader();
  const [runs, trainings] = await reader.snapshot(
    async (moment) => [await moment.storedRuns(), await moment.storedTrainings()] as const,
  );
  const [epoch, declarations] = [randomUUID(), storedDeclarations(trainings)];
  const { keeper, ringBytes } = options;
  const about = { epoch, store: store.path, keeps: keeper !== undefined };
  const hub = new FeedHub({ ...about, reader, runs, declarations, ringBytes });
  const endStored = store.onStored((stored) => hub.recordsStored(stored));
  const session = { hub, keeper, answers: new Answers(options.asker), budget: options.clientBudget ?? 8 << 20 };

  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: LIMITS.message });
  const server = createServer({ maxHeaderSize: ADDRESS_BYTES }, (request, response) => {
    if (!access.isOwn(request)) return refuse(response, 403, "refused: not one of this server's own names");
    if (!access.isAllowed(request))
      return refuse(response, 401, "refused: open the address that was printed, with its token");
    const welcome = access.welcome(request);
    if (welcome) return redirect(response, welcome.location, welcome.cookie);
    // By the time that a page asks, what answers it has begun.
    if (pages.get(pathOf(request))?.type.startsWith("text/html") === true) session.answers.prepare();
    void servePage(pages, request, response);
  });
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on("error", () => socket.destroy());
    // One that does not close its side would keep the server from closing.
    const deny = (status: string) =>
      socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\n\r\n`, () => socket.destroy());
    if (!access.isOwn(request)) return deny("403 Forbidden");
    if (!access.isAllowed(request)) return deny("401 Unauthorized");
    if (pathOf(request) !== "/feed") return deny("404 Not Found");
    sockets.handleUpgrade(request, socket, head, (client) => sockets.emit("connection", client, request));
  });
  sockets.on("connection", (client, request) => {
    return new ServerSession(client, { ...session, mayControl: access.mayControl(request) });
  });
  const pings = pingAll(sockets, options.pingInterval ?? 15_000);
  const port = await listen(server, host, requestedPort).catch(async (error: unknown) => {
    clearInterval(pings);
    endStored();
    await hub.close();
    await reader.close();
    throw error;
  });
  access.listensOn(port);

  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    clearInterval(pings);
    endStored();
    const ended = new Promise((resolve) => server.close(resolve));
    await hub.close();
    for (const socket of sockets.clients) socket.close(CLOSE.goingAway, "server closes");
    await Promise.race([allClosed(sockets), sleep(FAREWELL_MS, undefined, { ref: false })]);
    for (const socket of sockets.clients) socket.terminate();
    server.closeAllConnections();
    await ended;
    await reader.close();
  };
  const secret = access.token === undefined ? "" : `?token=${encodeURIComponent(access.token)}`;
  const url = `${publicUrl?.href ?? `http://${access.name}:${port}/`}${secret}`;
  const localUrl = `http://${access.name}:${port}/${secret}`;
  return { hub, url, localUrl, port, requestedPort, close: () => (closed ??= close()) };
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
