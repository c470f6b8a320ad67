import { randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type Server, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { storeFile } from "../../store/place.ts";
import type { Store } from "../../store/store.ts";
import { removeCopies } from "./copies.ts";
import { forgetEndpoint, noteEndpoint } from "./endpoint.ts";

/** A store is kept as it is for one caller for this long at most. */
const HOLD_MS = 10_000;
/** A caller says what it brings within this time. */
const PATIENCE_MS = 2000;
const LONGEST_LINE = 200;

/** A store that this process writes to, as other processes of the same user can ask for it. */
export interface OwnedStore {
  /** Ends listening. A second call does nothing. */
  close(): Promise<void>;
}

/**
 * Listens on the loopback for processes that want to read a store which this one writes to, and notes where beside the
 * store. Each may have the files kept as they are while it copies them:
 *
 *     caller  token            ── hold
 *     owner                    ── held
 *     caller  done             ── (it has copied them)
 *     owner                    ── released, if they stayed as they were until then
 *
 * Where it cannot listen or note, others are refused as by any process that holds a store.
 */
export async function ownStore(store: Store, page?: string): Promise<OwnedStore> {
  await removeCopies(storeFile(store.path));
  const token = randomBytes(24).toString("hex");
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    attendCaller(socket, store, token);
  });
  const port = await listen(server);
  if (port !== undefined) {
    try {
      noteEndpoint(store.path, { port, token, page });
    } catch {
      // Then others are not told.
    }
  }
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    const isOurs = forgetEndpoint(store.path, token);
    for (const socket of sockets) socket.destroy();
    if (port !== undefined) await new Promise((resolve) => server.close(resolve));
    // Where the store was moved away, another process may write to one of its name.
    if (isOurs) await removeCopies(storeFile(store.path));
  };
  return { close: () => (closed ??= close()) };
}

function listen(server: Server): Promise<number | undefined> {
  return new Promise((resolve) => {
    server.once("error", () => resolve(undefined));
    server.listen(0, "127.0.0.1", () => {
      server.unref();
      const address = server.address();
      resolve(typeof address === "object" ? address?.port : undefined);
    });
  });
}

function attendCaller(socket: Socket, store: Store, token: string): void {
  const patience = setTimeout(() => socket.destroy(), PATIENCE_MS).unref();
  socket.on("error", () => socket.destroy());
  let size = 0;
  socket.on("data", (data) => {
    size += data.length;
    if (size > LONGEST_LINE) socket.destroy();
  });
  const gone = new Promise<void>((resolve) => socket.once("close", resolve));
  let done: () => void = () => undefined;
  const isDone = new Promise<boolean>((resolve) => (done = () => resolve(true)));
  let isFirst = true;
  const lines = createInterface({ input: socket });
  // It passes on the errors of its socket.
  lines.on("error", () => socket.destroy());
  lines.on("line", (line) => {
    if (!isFirst) return done();
    isFirst = false;
    clearTimeout(patience);
    if (!isSame(line, token)) return socket.destroy();
    const keep = async (): Promise<boolean> => {
      socket.write("held\n");
      const late = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), HOLD_MS).unref());
      return Promise.race([isDone, late, gone.then(() => false)]);
    };
    store.hold(keep).then(
      (isValid) => (isValid ? socket.end("released\n") : socket.destroy()),
      () => socket.destroy(),
    );
  });
}

function isSame(given: string, wanted: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(wanted)];
  return one.length === other.length && timingSafeEqual(one, other);
}
