import { setTimeout as sleep } from "node:timers/promises";
import type { Recorded, Run, RunStatus, Training } from "../../core/types.ts";
import type { StoredCounts } from "../../store/queries/types.ts";
import type { TrialCommand } from "../protocol/control.ts";
import type { Declaration } from "../protocol/declaration.ts";
import type { Subscribe } from "../protocol/client-messages.ts";
import { CLOSE } from "../protocol/protocol.ts";
import type { ServerMessage } from "../protocol/server-messages.ts";
import { makeBatch } from "./batch.ts";
import { channelSnapshot } from "./channel-snapshot.ts";
import { Channel } from "./channel.ts";
import type { Connection } from "./connection.ts";
import { declaredWithout } from "./declared-without.ts";
import { type Feeding, feedingOf, progressOf } from "./feeding.ts";
import { greetingOf } from "./greeting.ts";
import { KnownSeries } from "./known-series.ts";
import type { TrialControl, Hub } from "./hub-door.ts";
import type { HubOptions } from "./hub-options.ts";
import { Member } from "./member.ts";
import { Registry, type RunEntry } from "./registry.ts";
import { endedAfterIn, storedOf, tellsOfProgress, withNumber } from "./run-progress.ts";
import { Ring } from "./ring.ts";

/** Records are gathered this long before they are sent, and this many at most. */
const BATCH_MS = 25;
const BATCH_RECORDS = 5000;
/** What everybody hears, and those who are behind too. */
const TOLD_ALWAYS: readonly ServerMessage["type"][] = ["run", "removed", "declared", "stored"];
/** How often clients hear how far runs have come, and how far they themselves have. */
const PROGRESS_MS = 500;
const HEARTBEAT_MS = 5000;
/** What reconnecting clients can be sent again. */
const RING_BYTES = 32 << 20;
/** Clients that have not been sent everything this long after the end are closed all the same. */
const PATIENCE_MS = 10_000;
const NONE = { readings: 0, histograms: 0, events: 0 };

export type { Hub } from "./hub-door.ts";

/** Fans records out to subscriptions. */
export class FeedHub implements Hub {
  readonly #options: HubOptions;
  readonly #registry = new Registry();
  readonly #known = new KnownSeries(this.#registry);
  readonly #ring: Ring;
  readonly #declarations: Map<string, Declaration>;
  readonly #removed = new Set<string>();
  readonly #controls = new Set<TrialControl>();
  readonly #feeding = new Map<string, Feeding>();
  readonly #connections = new Set<Connection>();
  readonly #channels = new Map<string, Channel>();
  readonly #progress: NodeJS.Timeout;
  #batching: NodeJS.Timeout | undefined;
  #toldTick = 0;
  #toldAt = 0;
  /** The tick up to which clients may have records that are no more. */
  #restartedAt = -1;

  constructor(options: HubOptions) {
    this.#options = options;
    this.#ring = new Ring(options.ringBytes ?? RING_BYTES);
    for (const run of options.runs) this.#registry.addRun(run, false);
    this.#declarations = new Map((options.declarations ?? []).map((one) => [one.id, one]));
    this.#progress = setInterval(() => this.#tell(), PROGRESS_MS).unref();
  }

  get clients(): number {
    return [...this.#connections].filter((connection) => connection.isOpen).length;
  }

  get backlog(): number {
    return [...this.#connections].reduce((sum, connection) => sum + connection.backlog, 0);
  }

  runStarted(run: Run): void {
    if (this.#registry.runs.has(run.runId)) throw new Error(`feed: run ${run.runId} was already announced`);
    const { runId, experiment, pipeline, arm, seed, hyper, steps, backend, dataset, network, startedAt } = run;
    const state = { runId, experiment, pipeline, arm, seed, hyper, steps, backend, dataset, network, startedAt };
    const entry = this.#registry.addRun(
      { ...state, status: "running", endedAt: null, step: -1, stepsPerSecond: null },
      true,
    );
    this.#removed.delete(runId);
    this.#feeding.set(runId, feedingOf(entry));
    this.#announce(entry);
  }

  runRestarted(run: Run, step: number, stored: NonNullable<RunEntry["published"]>): void {
    const entry = this.#entryOf(run.runId);
    entry.state = { ...entry.state, status: "running", endedAt: null, step: step - 1, stepsPerSecond: null };
    entry.published = { ...stored };
    entry.stored = { ...stored };
    this.#ring.takeBack(entry, stored);
    this.#feeding.set(run.runId, feedingOf(entry));
    this.#announce(entry);
    this.#broadcast({ type: "stored", runs: storedOf(entry) });
    this.#sendAnew();
  }

  runDescribed(runId: string, { dataset, network }: Pick<Training, "dataset" | "network">): void {
    const { entry } = this.#feed(runId);
    if (entry.state.dataset === dataset && entry.state.network === network) return;
    entry.state = { ...entry.state, dataset, network };
    this.#announce(entry);
  }

  declared(declaration: Declaration): void {
    const declared = declaredWithout(declaration, this.#removed);
    this.#declarations.set(declared.id, declared);
    this.#broadcast({ type: "declared", declarations: [declared] });
  }

  runPaused(runId: string, isPaused: boolean): void {
    const { entry } = this.#feed(runId);
    entry.state = { ...entry.state, isPaused };
    this.#announce(entry);
  }

  runNoted(runId: string, { note, tags }: { readonly note: string; readonly tags: readonly string[] }): void {
    const entry = this.#entryOf(runId);
    entry.state = { ...entry.state, note, tags };
    this.#announce(entry);
  }

  runRemoved(runId: string): void {
    if (this.#feeding.has(runId)) throw new Error(`feed: run ${runId} is under way`);
    const entry = this.#entryOf(runId);
    this.#registry.removeRun(entry);
    this.#known.forget(entry);
    this.#ring.takeBack(entry, entry.published ?? NONE);
    this.#removed.add(runId);
    for (const declaration of [...this.#declarations.values()]) {
      if (declaredWithout(declaration, this.#removed) !== declaration) this.declared(declaration);
    }
    this.#broadcast({ type: "removed", runs: [entry.number] });
    this.#sendAnew();
  }

  controlledBy(control: TrialControl): () => void {
    this.#controls.add(control);
    return () => void this.#controls.delete(control);
  }

  control(command: TrialCommand): boolean {
    return [...this.#controls].some((control) => control(command));
  }

  publish(runId: string, records: readonly Recorded[]): void {
    const feeding = this.#feed(runId);
    let { step } = feeding.entry.state;
    for (const record of records) {
      feeding.pending.push(record);
      feeding.endedAfter ??= endedAfterIn(record);
      if (tellsOfProgress(record) && record.step > step) step = record.step;
      if (feeding.pending.length >= BATCH_RECORDS) this.#flush(feeding);
    }
    if (step > feeding.entry.state.step) {
      feeding.entry.state = { ...feeding.entry.state, step };
      feeding.moved = true;
    }
    this.#batching ??= setTimeout(() => this.#flushAll(), BATCH_MS).unref();
  }

  /** Tells clients how much of the runs under way is on disk. */
  recordsStored(stored: StoredCounts): void {
    const entries: RunEntry[] = [];
    for (const [runId, counts] of stored) {
      const entry = this.#registry.runs.get(runId);
      if (entry?.published === undefined) continue;
      entry.stored = { ...counts };
      entries.push(entry);
    }
    if (entries.length > 0) this.#broadcast({ type: "stored", runs: entries.flatMap(storedOf) });
  }

  runEnded(runId: string, status: Exclude<RunStatus, "running">, endedAt = Date.now()): void {
    const feeding = this.#feed(runId);
    this.#flush(feeding);
    const { state } = feeding.entry;
    const step = status === "completed" ? (feeding.endedAfter ?? state.steps) - 1 : state.step;
    feeding.entry.state = { ...state, status, step, endedAt, stepsPerSecond: null, isPaused: false };
    this.#feeding.delete(runId);
    this.#announce(feeding.entry);
  }

  /** Greets a client and tells it of the runs. */
  add(connection: Connection, controls = false): void {
    const [runs, declarations] = [[...this.#registry.runs.values()], [...this.#declarations.values()]];
    connection.greet(greetingOf(this.#options, runs, declarations, controls));
    this.#connections.add(connection);
  }

  remove(connection: Connection): void {
    this.#connections.delete(connection);
  }

  /** Begins a subscription; it closes the client with 1011 where the store cannot be read. */
  subscribe(connection: Connection, request: Subscribe): Member {
    const { id, resume, ...rest } = request;
    const key = JSON.stringify(rest);
    let channel = this.#channels.get(key);
    if (!channel) {
      const basis = { reader: this.#options.reader, registry: this.#registry, known: this.#known };
      channel = new Channel(key, request, this.#registry, (asked, signal) =>
        channelSnapshot(asked, { ...basis, signal }),
      );
      this.#channels.set(key, channel);
    }
    const member = new Member(id, connection, channel, this.#registry, this.#ring);
    channel.members.add(member);
    // A tick of another process means nothing here: -1 is before all that the ring holds.
    const isOurs = resume?.epoch === this.#options.epoch && resume.tick > this.#restartedAt;
    const tick = resume && (isOurs ? resume.tick : -1);
    void member.begin(tick);
    return member;
  }

  unsubscribe(member: Member): void {
    member.leave();
    if (member.channel.members.size === 0) this.#channels.delete(member.channel.key);
  }

  /** Closes every client, once it has been sent what was published or has been waited for. */
  async close(): Promise<void> {
    clearInterval(this.#progress);
    this.#flushAll();
    const deadline = performance.now() + PATIENCE_MS;
    while (this.#isOwing() && performance.now() < deadline) {
      await sleep(BATCH_MS);
      this.#flushAll();
    }
    for (const connection of this.#connections) connection.close(CLOSE.goingAway, "server closes");
  }

  /** Whether a client waits for records that were published. */
  #isOwing(): boolean {
    const isBehind = [...this.#connections].some((connection) => connection.isOpen && connection.isBehind);
    return isBehind || [...this.#channels.values()].some(({ members }) => [...members].some((one) => one.isWaiting));
  }

  /** Rows of the store are gone, and others may have moved under those who read them. */
  #sendAnew(): void {
    this.#restartedAt = this.#ring.end;
    for (const channel of this.#channels.values()) channel.restart();
  }

  #entryOf(runId: string): RunEntry {
    const entry = this.#registry.runs.get(runId);
    if (entry === undefined) throw new Error(`feed: run ${runId} is not known`);
    return entry;
  }

  #feed(runId: string): Feeding {
    const feeding = this.#feeding.get(runId);
    if (feeding === undefined) throw new Error(`feed: run ${runId} was not announced`);
    return feeding;
  }

  #flushAll(): void {
    clearTimeout(this.#batching);
    this.#batching = undefined;
    for (const feeding of this.#feeding.values()) this.#flush(feeding);
    const now = performance.now();
    for (const connection of this.#connections) connection.catchUp(now);
  }

  #flush(feeding: Feeding): void {
    if (feeding.pending.length === 0) return;
    const batch = makeBatch(this.#registry, feeding.entry, feeding.pending);
    feeding.pending = [];
    this.#ring.push(batch);
    for (const channel of this.#channels.values()) channel.deliver(batch, this.#ring.end);
  }

  /** Progress of runs; and where subscriptions stand, which also shows that the server lives. */
  #tell(): void {
    const now = performance.now();
    const runs = progressOf(this.#feeding.values(), now);
    if (runs.length > 0) this.#broadcast({ type: "progress", runs });
    for (const connection of this.#connections) connection.catchUp(now);
    if (this.#ring.end === this.#toldTick && now - this.#toldAt < HEARTBEAT_MS) return;
    this.#toldTick = this.#ring.end;
    this.#toldAt = now;
    this.#broadcast({ type: "tick", tick: this.#ring.end });
  }

  #announce(entry: RunEntry): void {
    this.#broadcast({ type: "run", ...withNumber(entry) });
  }

  /** Not to those who are behind: a tick would not be true of them. What is told but once, though, everybody hears. */
  #broadcast(message: ServerMessage): void {
    if (this.#connections.size === 0) return;
    const text = JSON.stringify(message);
    for (const connection of this.#connections)
      if (TOLD_ALWAYS.includes(message.type) || !connection.isBehind) connection.send(text);
  }
}
