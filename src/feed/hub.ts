import type { Recorded, Run, RunStatus } from "../core/types.ts";
import type { FeedClient } from "./client.ts";
import { encodeRecords, encodeRun, noCounts } from "./encode.ts";
import { CLOSE, type Counts, PROTOCOL, type RunState, type ServerMessage } from "./protocol.ts";
import { PAGE, readPages, type SnapshotSource } from "./snapshot.ts";

/** Records are gathered this long before they are sent. */
const BATCH_MS = 30;

/** The door for those who produce: announces runs and passes on what they record. Never waits for a client. */
export interface Hub {
  /** Announces a run. Throws Error when this hub knows it already. */
  runStarted(run: Run): void;
  /** Passes on what the run recorded, in the same order as the store gets it. Throws Error for an unknown run. */
  publish(runId: string, records: readonly Recorded[]): void;
  /** Announces the end of a run, after everything published for it. */
  runEnded(runId: string, status: Exclude<RunStatus, "running">, endedAt?: number): void;
  /** Clients connected and not about to be closed. */
  readonly clients: number;
  /** Bytes that wait for clients. */
  readonly backlog: number;
}

interface RunFeed {
  readonly run: Run;
  status: RunStatus;
  endedAt: number | null;
  /** Records accepted, and of those the ones that wait for the next batch. */
  readonly accepted: Counts;
  pending: Recorded[];
}

/** Fans records out to clients; each gets, from its connection on, exactly what is recorded, in order. */
export class FeedHub implements Hub {
  readonly #store: SnapshotSource;
  readonly #epoch: string;
  readonly #runs = new Map<string, RunFeed>();
  readonly #clients = new Set<FeedClient>();
  #timer: NodeJS.Timeout | undefined;

  constructor(store: SnapshotSource, epoch: string) {
    this.#store = store;
    this.#epoch = epoch;
  }

  get clients(): number {
    return [...this.#clients].filter((client) => client.isOpen).length;
  }

  get backlog(): number {
    return [...this.#clients].reduce((sum, client) => sum + client.backlog, 0);
  }

  runStarted(run: Run): void {
    if (this.#runs.has(run.runId)) throw new Error(`feed: run ${run.runId} was already announced`);
    const feed: RunFeed = { run, status: "running", endedAt: null, accepted: noCounts(), pending: [] };
    this.#runs.set(run.runId, feed);
    this.#broadcast({ type: "run", ...state(feed) });
  }

  publish(runId: string, records: readonly Recorded[]): void {
    const feed = this.#feed(runId);
    for (const record of records) {
      feed.accepted[record.kind]++;
      feed.pending.push(record);
      if (feed.pending.length >= PAGE) this.#send(feed);
    }
    this.#timer ??= setTimeout(() => this.#flush(), BATCH_MS).unref();
  }

  runEnded(runId: string, status: Exclude<RunStatus, "running">, endedAt = Date.now()): void {
    const feed = this.#feed(runId);
    this.#send(feed);
    feed.status = status;
    feed.endedAt = endedAt;
    this.#broadcast({ type: "run", ...state(feed) });
  }

  /** Sends a client what is recorded up to now, then what comes. Resolves when it is live or gone; never rejects. */
  async add(client: FeedClient): Promise<void> {
    this.#flush();
    const marks = [...this.#runs.values()].map((feed) => ({ ...state(feed), counts: { ...feed.accepted } }));
    this.#clients.add(client);
    try {
      await client.catchUp({ type: "hello", protocol: PROTOCOL, epoch: this.#epoch });
      await client.catchUp({ type: "snapshot", runs: marks });
      for (const { runId, counts } of marks) {
        for await (const page of readPages(this.#store, runId, counts)) await client.catchUp(page);
      }
      await client.catchUp({ type: "live" });
      client.goLive();
    } catch {
      client.close(CLOSE.failed, "snapshot failed: reconnect");
    }
  }

  remove(client: FeedClient): void {
    this.#clients.delete(client);
  }

  /** Closes every client. */
  close(): void {
    this.#flush();
    for (const client of this.#clients) client.close(CLOSE.goingAway, "server closes");
  }

  #feed(runId: string): RunFeed {
    const feed = this.#runs.get(runId);
    if (feed === undefined) throw new Error(`feed: run ${runId} was not announced`);
    return feed;
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const feed of this.#runs.values()) this.#send(feed);
  }

  #send(feed: RunFeed): void {
    if (feed.pending.length === 0) return;
    const records = feed.pending;
    feed.pending = [];
    if (this.#clients.size === 0) return;
    const seq = { ...feed.accepted };
    for (const { kind } of records) seq[kind]--;
    this.#broadcast(encodeRecords(feed.run.runId, seq, records));
  }

  #broadcast(message: ServerMessage): void {
    if (this.#clients.size === 0) return;
    const text = JSON.stringify(message);
    for (const client of this.#clients) client.push(text);
  }
}

function state({ run, status, endedAt }: RunFeed): RunState {
  return encodeRun(run, status, endedAt);
}
