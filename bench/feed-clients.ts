import { WebSocket } from "ws";
import { READING_COLUMNS } from "../src/feed/protocol/columns.ts";
import { FRAME } from "../src/feed/protocol/frame.ts";
import { columnsOf, framesOf } from "../src/feed/protocol/message.ts";
import { PROTOCOL } from "../src/feed/protocol/protocol.ts";

/** What the process of clients is told, and what it says. */
export type ToClients =
  { readonly url: string; readonly clients: number } | { readonly report: true } | { readonly leave: true };
export interface ClientsReport {
  readonly connected: number;
  /** Readings that came, over all clients. */
  readonly readings: number;
  /** Counts of readings by delay, in milliseconds. */
  readonly delays: readonly number[];
}

/** Milliseconds since the epoch, finer than `Date.now()`. */
const now = (): number => performance.timeOrigin + performance.now();

// A process of many clients, started by `feed-load.ts`: the value of each reading is when it was published.
let sockets: WebSocket[] = [];
let live = 0;
let readings = 0;
let delays = new Array<number>(2000).fill(0);

function open(url: string): WebSocket {
  const socket = new WebSocket(url);
  socket.binaryType = "arraybuffer";
  socket.on("open", () => {
    socket.send(JSON.stringify({ type: "hello", protocol: PROTOCOL }));
    socket.send('{"type":"subscribe","id":1,"kind":"readings","filter":{"probes":["load"]}}');
  });
  socket.on("message", (data, isBinary) => {
    if (!isBinary) {
      if ((data as ArrayBuffer).byteLength < 100 && Buffer.from(data as ArrayBuffer).includes('"live"')) live++;
      return;
    }
    const at = now();
    for (const frame of framesOf(data as ArrayBuffer)) {
      if (frame.kind !== FRAME.readings || frame.tick === 0) continue;
      const { value } = columnsOf(READING_COLUMNS, frame);
      for (const published of value) delays[Math.min(delays.length - 1, Math.max(0, Math.floor(at - published)))]!++;
      readings += value.length;
    }
  });
  socket.on("close", (code, reason) => {
    if (code === 1008) throw new Error(`the server refused a client: ${String(reason)}`);
  });
  return socket;
}

process.on("message", (message: ToClients) => {
  if ("url" in message) {
    live = 0;
    sockets = Array.from({ length: message.clients }, () => open(message.url));
    const ready = setInterval(() => {
      if (live < message.clients) return;
      clearInterval(ready);
      process.send!("ready");
    }, 20);
  } else if ("report" in message) {
    process.send!({ connected: sockets.filter((s) => s.readyState === s.OPEN).length, readings, delays });
    readings = 0;
    delays = new Array<number>(2000).fill(0);
  } else {
    for (const socket of sockets) socket.terminate();
    sockets = [];
    process.send!("left");
  }
});
process.on("disconnect", () => process.exit());
