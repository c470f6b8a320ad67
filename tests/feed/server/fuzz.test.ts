import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect as connectRaw, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { expect, it } from "vitest";
import { follow } from "../../fixtures/followed.ts";
import { RawClient } from "../../fixtures/feed-client.ts";
import { aReading, aRun } from "../../fixtures/runs.ts";
import { type Served, serve } from "../../fixtures/served-store.ts";
import { waitFor } from "../../fixtures/wait.ts";

const FRAMES = 10_000;
const PER_CONNECTION = 100;
const HELLO = '{"type":"hello","protocol":4}';

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** A frame as it goes over the wire from a client: RFC 6455, or not quite. */
interface Shape {
  readonly opcode: number;
  readonly isFinal: boolean;
  readonly reserved: number;
  readonly isMasked: boolean;
  /** What the frame says of its length, if not the truth. */
  readonly claim?: number | undefined;
  /** How many of its bytes are sent. */
  readonly cut?: number | undefined;
}

function frame(payload: Buffer, { opcode, isFinal, reserved, isMasked, claim, cut }: Shape): Buffer {
  const length = claim ?? payload.length;
  const head = [(isFinal ? 0x80 : 0) | (reserved << 4) | opcode];
  const mask = isMasked ? 0x80 : 0;
  const size = Buffer.alloc(length < 126 ? 0 : length < 65_536 ? 2 : 8);
  if (size.length === 2) size.writeUInt16BE(length);
  if (size.length === 8) size.writeBigUInt64BE(BigInt(length));
  head.push(mask | (size.length === 0 ? length : size.length === 2 ? 126 : 127));
  const key = randomBytes(4);
  const body = isMasked ? payload.map((byte, i) => byte ^ key[i % 4]!) : payload;
  const whole = Buffer.concat([Buffer.from(head), size, isMasked ? key : Buffer.alloc(0), body]);
  return cut === undefined ? whole : whole.subarray(0, cut % (whole.length + 1));
}

const TEXT: Shape = { opcode: 1, isFinal: true, reserved: 0, isMasked: true };

const id = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constantFrom(0, -1, 1e300, 2 ** 53, 0.5, "1", null, [], {}));
const junk = fc.oneof(fc.string(), fc.double(), fc.constantFrom(null, true, [], {}, 1e308, -1, "*".repeat(300)));
const patterns = fc.oneof(fc.array(fc.string({ unit: fc.constantFrom("*", "a", "%") }), { maxLength: 5 }), junk);
const filter = fc.record(
  {
    runs: patterns,
    experiments: patterns,
    arms: patterns,
    probes: patterns,
    stats: patterns,
    layers: junk,
    units: junk,
    distances: junk,
    ["__proto__"]: junk,
    more: junk,
  },
  { requiredKeys: [] },
);
const message = fc.oneof(
  fc.record({ type: fc.constant("hello"), protocol: fc.oneof(fc.constant(3), junk) }),
  fc.record({
    type: fc.constant("subscribe"),
    id,
    kind: fc.constantFrom("readings", "series", "events", "histograms", "x"),
    filter,
  }),
  fc.record({
    type: fc.constant("subscribe"),
    id,
    kind: fc.constant("series"),
    filter,
    points: junk,
    from: junk,
    to: junk,
  }),
  fc.record({
    type: fc.constant("subscribe"),
    id,
    kind: fc.constantFrom("readings", "series"),
    filter: fc.constant({}),
    resume: fc.oneof(junk, fc.record({ epoch: fc.string(), tick: fc.oneof(fc.nat(), junk) })),
  }),
  fc.record({ type: fc.constant("unsubscribe"), id }),
  fc.record({
    type: fc.constant("query"),
    id,
    sql: fc.oneof(fc.constantFrom("SELECT 1", "DROP TABLE run", "SELECT", ";", "FROM run"), junk),
  }),
  fc.record({ type: junk, id }),
  fc.jsonValue(),
);
const text = fc.oneof(
  { weight: 6, arbitrary: message.map((value) => JSON.stringify(value)) },
  fc.string(),
  fc.integer({ min: 1, max: 30_000 }).map((depth) => "[".repeat(depth) + "]".repeat(depth)),
  fc.integer({ min: 1, max: 10_000 }).map((depth) => '{"a":'.repeat(depth)),
  fc.constantFrom(
    '{"type":"hello","protocol":1e999}',
    '{"type":"__proto__"}',
    "\u0000",
    '{"type":"query","id":1,"sql":"' + "(".repeat(30_000) + '"}',
  ),
);
const shape = fc.record({
  opcode: fc.oneof({ weight: 3, arbitrary: fc.constant(1) }, fc.integer({ min: 0, max: 15 })),
  isFinal: fc.boolean(),
  reserved: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 7 })),
  isMasked: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, fc.constant(false)),
  claim: fc.option(fc.constantFrom(0, 125, 126, 65_535, 65_536, 2 ** 31, 2 ** 40), { nil: undefined, freq: 5 }),
  cut: fc.option(fc.nat(), { nil: undefined, freq: 5 }),
});
const hostile = fc.oneof(
  { weight: 5, arbitrary: text.map((t) => frame(Buffer.from(t), TEXT)) },
  { weight: 2, arbitrary: fc.tuple(text, shape).map(([t, s]) => frame(Buffer.from(t), s)) },
  fc.uint8Array({ maxLength: 300 }).map((bytes) => frame(Buffer.from(bytes), TEXT)),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  text.map((t) => frame(Buffer.from(t.repeat(20)), TEXT)),
);

/** Sends frames over a connection of its own, until they are through or the server has had enough. */
async function attack(port: number, frames: readonly Buffer[], greet: boolean): Promise<number> {
  const socket: Socket = connectRaw(port, "127.0.0.1");
  socket.on("error", () => undefined);
  await once(socket, "connect");
  const key = randomBytes(16).toString("base64");
  socket.write(
    `GET /feed HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
  );
  await once(socket, "data");
  socket.resume();
  if (greet) socket.write(frame(Buffer.from(HELLO), TEXT));
  let sent = 0;
  for (const bytes of frames) {
    if (socket.destroyed || socket.writableEnded) break;
    socket.write(bytes);
    sent++;
    if (sent % 10 === 0) await sleep(0);
  }
  await sleep(5);
  socket.destroy();
  return sent;
}

it("stands 10,000 malformed and hostile frames: no crash, no leak, nobody else disturbed", async () => {
  const { server, start, record, readings, store } = await serve();
  await start(aRun());
  for (let step = 0; step < 200; step++) await record("run-1", [aReading(step)]);
  await store.flush();
  const bystander = follow(server.url).records();
  const curve = bystander.series({ points: 100 });
  await waitFor(() => expect(bystander.readings("run-1")).toHaveLength(200));
  const states: string[] = [];
  bystander.feed.connection.subscribe(({ state }) => states.push(state));

  let step = 200;
  const spray = async (served: Served, frames: number): Promise<void> => {
    for (let sent = 0; sent < frames;) {
      // A connection ends at the first frame that breaks the protocol, so most of them are short.
      const many = fc.sample(hostile, PER_CONNECTION);
      const sizes = [1, 1, 2, 3, 5, 10, PER_CONNECTION - 22];
      let at = 0;
      const attacks = sizes.map((size) => attack(served.server.port, many.slice(at, (at += size)), size !== 2));
      for (const count of await Promise.all(attacks)) sent += count;
      void record("run-1", [aReading(step++)]);
    }
  };
  const heap = (): number => {
    collectGarbage();
    return process.memoryUsage().heapUsed;
  };
  const served = { server, start, record, readings, store, close: async () => undefined };
  await spray(served, FRAMES / 5);
  await waitFor(() => expect(server.hub.clients).toBe(1));
  const before = heap();
  await spray(served, FRAMES - FRAMES / 5);
  await waitFor(() => expect(server.hub.clients).toBe(1));
  // What a connection held is let go some time after it.
  await waitFor(() => expect(heap() - before).toBeLessThan(8 << 20));
  await waitFor(() => expect(server.hub.backlog).toBe(0));

  await waitFor(() => expect(bystander.readings("run-1")).toHaveLength(step));
  expect(bystander.readings("run-1")).toEqual(await readings("run-1"));
  await waitFor(() => expect(curve.set.series[0]!.readings).toBe(step));
  expect([states, bystander.errors, bystander.skipped]).toEqual([["live"], [], 0]);
  expect((await store.query("SELECT count(*) FROM run")).rows).toEqual([[1]]);
});

it("bounds a flood of subscriptions, and of messages", async () => {
  const { server, start, record, store } = await serve();
  await start(aRun());
  await record("run-1", [aReading(0)]);
  await store.flush();
  const many = new RawClient(server.url);
  await waitFor(() => expect(many.greeted).toBe(true));
  for (let id = 1; id <= 300; id++) many.say({ type: "subscribe", id, kind: "series", filter: { stats: [`s${id}`] } });
  await waitFor(() => expect(many.of("live")).toHaveLength(256));
  expect(many.of("error").map(({ id, message }) => [id, message])).toEqual(
    Array.from({ length: 44 }, (_, i) => [257 + i, "subscribe: at most 256 subscriptions on one connection"]),
  );
  many.say({ type: "subscribe", id: 1, kind: "events", filter: {} });
  await waitFor(() => expect(many.of("error").at(-1)).toMatchObject({ id: 1, message: "subscribe: id 1 is taken" }));
  many.say({ type: "unsubscribe", id: 1 });
  many.say({ type: "subscribe", id: 1, kind: "readings", filter: {} });
  await waitFor(() => expect(many.frames.some(({ id, rows }) => id === 1 && rows === 1)).toBe(true));
  const calm = new RawClient(server.url);
  await waitFor(() => expect(calm.greeted).toBe(true));
  for (let i = 0; i < 1100; i++) calm.say({ type: "unsubscribe", id: 1 });
  expect(await calm.closed).toBe(1008);
  expect(many.socket.readyState).toBe(many.socket.OPEN);
});
