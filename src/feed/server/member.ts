import { setTimeout as sleep } from "node:timers/promises";
import { readHeader } from "../protocol/frame.ts";
import { CLOSE } from "../protocol/protocol.ts";
import { joinFrames } from "../protocol/message.ts";
import { type TickBatch, countOf } from "./batch.ts";
import type { Channel, Receiver } from "./channel.ts";
import type { Connection, Held } from "./connection.ts";
import { definePlace, defineSeries } from "./encode.ts";
import { Newest } from "./newest.ts";
import type { EventsOut, Outgoing } from "./outgoing.ts";
import type { Registry, RunEntry } from "./registry.ts";
import type { Ring } from "./ring.ts";

const RETRY_MS = 20;
/** A store that has not got what was published after this long is not going to. */
const PATIENCE_MS = 10_000;
/** Definitions per message. */
const DEFINITIONS = 500;

/** One subscription of one client: first what the store has, then what the ring has since, then live. */
export class Member implements Held, Receiver {
  readonly id: number;
  readonly #connection: Connection;
  readonly channel: Channel;
  readonly #registry: Registry;
  readonly #ring: Ring;
  /** Of each run, records that the snapshot had; forgotten once what is published is beyond. */
  #marks: Map<RunEntry, number> | undefined;
  #newest: Newest | undefined;
  #live = false;
  /** What it has been sent so far does not count. */
  #isStale = false;
  /** Aborted when nobody waits for what is sent any more. */
  readonly #over = new AbortController();
  /** How many of the channel's series and places this client has been told of. */
  #defined = { series: 0, places: 0 };

  constructor(id: number, connection: Connection, channel: Channel, registry: Registry, ring: Ring) {
    this.id = id;
    this.#connection = connection;
    this.channel = channel;
    this.#registry = registry;
    this.#ring = ring;
  }

  get isLive(): boolean {
    return this.#live;
  }

  get isWaiting(): boolean {
    return !this.#live && !this.#isOver();
  }

  get heldBytes(): number {
    return this.#newest?.bytes ?? 0;
  }

  /** How many of a batch's first records the snapshot had. */
  overlap(batch: TickBatch): number {
    const mark = this.#marks?.get(batch.run);
    if (mark === undefined) return 0;
    const { kind } = this.channel;
    const [from, count] = [batch.from[kind], countOf(batch, kind)];
    if (mark <= from + count) this.#marks!.delete(batch.run);
    return Math.min(count, Math.max(0, mark - from));
  }

  /**
   * Sends what happened since `tick` or, without one and where the ring does not reach back to it, a snapshot and what
   * happened since. Resolves when the subscription is live or over; where the store cannot be read, its connection is closed.
   */
  async begin(tick: number | undefined): Promise<void> {
    try {
      await this.#begin(tick);
    } catch {
      // What was read for one that has been unsubscribed was given up: the others of its connection go on.
      if (this.#isOver()) return;
      this.#connection.close(CLOSE.failed, "the store could not be read: reconnect");
    }
  }

  async #begin(tick: number | undefined): Promise<void> {
    const isHeld = tick !== undefined && tick >= this.#ring.start && tick <= this.#ring.end;
    let at = isHeld ? tick : undefined;
    if (tick !== undefined && !isHeld) this.#connection.say({ type: "resync", id: this.id });
    for (;;) {
      at ??= await this.#snapshot();
      while (!this.#isOver() && at >= this.#ring.start && at < this.#ring.end) {
        const batch = this.#ring.at(at++);
        const out = this.channel.encode(batch, at, this.overlap(batch));
        if (out) await this.#send(out);
      }
      if (this.#isOver()) return;
      if (at >= this.#ring.start && !this.#isStale) break;
      this.#isStale = false;
      at = undefined;
      this.#connection.say({ type: "resync", id: this.id });
    }
    this.#live = true;
    this.#connection.say({ type: "live", id: this.id, tick: this.#ring.end });
  }

  /** Sends live records, or keeps the newest of each series where the client is behind. Never waits. */
  push(out: Outgoing): void {
    if (!this.#connection.isBehind) {
      this.#sendSoon(out);
      return;
    }
    this.#newest ??= new Newest(this.#registry);
    this.#newest.add(out, this.channel.isSeries);
    this.#connection.hold(this);
  }

  release(): number {
    const newest = this.#newest;
    this.#newest = undefined;
    if (!newest || this.#isOver()) return 0;
    if (this.channel.isSeries) {
      this.#beginAgain();
      return newest.total;
    }
    for (const out of newest.take()) if (!this.#isOfRemoved(out)) this.#sendSoon(out);
    return newest.skipped;
  }

  restart(): void {
    // One that is still beginning sees it when it is through.
    this.#isStale = !this.#live;
    if (!this.#live) return;
    this.#newest = undefined;
    this.#beginAgain();
  }

  leave(): void {
    this.#over.abort();
    this.#live = false;
    this.#connection.drop(this);
    this.channel.members.delete(this);
  }

  #beginAgain(): void {
    this.#live = false;
    this.#connection.say({ type: "resync", id: this.id });
    void this.begin(undefined);
  }

  #isOver(): boolean {
    return this.#over.signal.aborted || !this.#connection.isOpen;
  }

  /** Sends a snapshot and returns the index in the ring from which to go on. */
  async #snapshot(): Promise<number> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const { marks, parts } = await this.channel.snapshot(this.#over.signal);
      const late = [...marks].find(([run, seq]) => !this.#ring.covers(run, this.channel.kind, seq));
      if (!late || this.#isOver()) {
        this.#marks = new Map(marks);
        const at = this.#ring.start;
        for await (const part of parts) {
          if (this.#isOver()) break;
          await this.#send(part);
        }
        return at;
      }
      if (performance.now() > deadline) throw new Error(`feed: the store lacks records of run ${late[0].state.runId}`);
      await sleep(RETRY_MS);
    }
  }

  async #send(out: Outgoing): Promise<void> {
    await this.#connection.sendPaced(() => {
      if (this.#isOver() || this.#isOfRemoved(out)) return undefined;
      this.#define();
      return "events" in out ? this.#eventsText(out) : joinFrames([{ id: this.id, frame: out }]);
    });
  }

  #sendSoon(out: Outgoing): void {
    this.#define();
    if ("events" in out) this.#connection.send(this.#eventsText(out));
    else this.#connection.sendSoon({ id: this.id, frame: out });
  }

  /** What was read before its run was removed. */
  #isOfRemoved(out: Outgoing): boolean {
    return this.#registry.isRemoved("events" in out ? out.run.number : readHeader(out.buffer).run);
  }

  #eventsText({ run, tick, skipped = 0, events }: EventsOut): string {
    return JSON.stringify({ type: "events", id: this.id, run: run.number, tick, skipped, events });
  }

  /** Tells the client what the numbers in the frames to come stand for. */
  #define(): void {
    const { selection } = this.channel;
    const [allSeries, allPlaces] = [selection.series.numbers, selection.places.numbers];
    while (this.#defined.series < allSeries.length || this.#defined.places < allPlaces.length) {
      const nextSeries = allSeries.slice(this.#defined.series, this.#defined.series + DEFINITIONS);
      const nextPlaces = allPlaces.slice(this.#defined.places, this.#defined.places + DEFINITIONS);
      this.#defined.series += nextSeries.length;
      this.#defined.places += nextPlaces.length;
      // Who came after a run was removed was never told of it.
      const registry = this.#registry;
      const series = nextSeries.filter((number) => !registry.isRemoved(registry.series(number).run.number));
      const places = nextPlaces.filter((number) => !registry.isRemoved(registry.place(number).run.number));
      this.#connection.say({
        type: "define",
        series: series.map((number) => defineSeries(registry, number)),
        places: places.map((number) => definePlace(registry.place(number))),
      });
    }
  }
}
