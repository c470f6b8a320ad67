import { BehaviorSubject, ReplaySubject, Subject } from "rxjs";
import type { RunState } from "../../core/types.ts";
import type { ControlCommand } from "../protocol/control.ts";
import type { Declaration } from "../protocol/declaration.ts";
import { framesOf } from "../protocol/message.ts";
import { PROTOCOL } from "../protocol/protocol.ts";
import { parseServerMessage, type ServerMessage } from "../protocol/server-messages.ts";
import { Definitions } from "./definitions.ts";
import { FeedError, QueryError } from "./errors.ts";
import type { ConnectionState, LostRecords, QueryRows } from "./feed.ts";
import { Questions } from "./questions.ts";
import { decodeRows } from "./rows.ts";
import { Socket } from "./socket.ts";
import type { Subscription } from "./subscription.ts";

interface Entry {
  readonly subscription: Subscription;
  /** The last tick whose records have all come; undefined while its snapshot comes. */
  tick: number | undefined;
  /** Whether everything up to now has come over this connection. */
  isLive: boolean;
}

interface Command {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

const CLOSED = "the feed was closed";

/** The conversation with a server, over all its connections: who asked for what, and how far that has come. */
export class ClientSession {
  readonly connection = new BehaviorSubject<ConnectionState>({ state: "connecting" });
  readonly runs = new ReplaySubject<readonly RunState[]>(1);
  readonly declarations = new ReplaySubject<readonly Declaration[]>(1);
  readonly skipped = new BehaviorSubject(0);
  readonly lost = new Subject<LostRecords>();
  readonly #socket: Socket;
  readonly #resume: boolean;
  readonly #entries = new Map<number, Entry>();
  readonly #questions = new Questions((id, sql) => this.#socket.send({ type: "query", id, sql }));
  readonly #commands = new Map<number, Command>();
  readonly #runStates = new Map<number, RunState>();
  readonly #declared = new Map<string, Declaration>();
  #definitions = new Definitions();
  /** How much of runs under way is on disk. */
  readonly #stored = new Map<number, readonly [number, number, number]>();
  #epoch: string | undefined;
  #live = false;
  #isClosed = false;
  #nextId = 1;
  #skippedBefore = 0;

  constructor(url: string, implementation: typeof WebSocket, resume: boolean) {
    this.#resume = resume;
    this.#socket = new Socket(url, implementation, {
      connecting: () => this.connection.next({ state: "connecting" }),
      open: () => this.#socket.send({ type: "hello", protocol: PROTOCOL }),
      text: (data) => this.#take(parseServerMessage(data)),
      binary: (data) => this.#frames(data),
      closed: (retryAt, code, reason) => this.#lost({ state: "disconnected", retryAt, code, reason }),
    });
    this.#socket.connect();
  }

  /** Asks for something until the returned function is called. Nothing comes of a feed that was closed. */
  add(subscription: Subscription): () => void {
    if (this.#isClosed) {
      subscription.complete();
      return () => undefined;
    }
    const id = this.#nextId++;
    this.#entries.set(id, { subscription, tick: undefined, isLive: false });
    if (this.#live) this.#subscribe(id);
    return () => {
      if (this.#entries.delete(id)) this.#socket.send({ type: "unsubscribe", id });
    };
  }

  query(sql: string): Promise<QueryRows> {
    if (this.#isClosed) return Promise.reject(new QueryError(CLOSED));
    return this.#questions.ask(this.#nextId++, sql);
  }

  control(command: ControlCommand): Promise<void> {
    if (!this.#live) return Promise.reject(new FeedError("control: there is no connection"));
    return new Promise((resolve, reject) => {
      const id = this.#nextId++;
      this.#commands.set(id, { resolve, reject });
      this.#socket.send({ type: "control", id, ...command });
    });
  }

  retryNow(): void {
    this.#socket.retryNow();
  }

  close(): void {
    this.#isClosed = true;
    this.#socket.close();
    this.#live = false;
    this.#failAll(CLOSED);
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    for (const { subscription } of entries) subscription.complete();
    for (const subject of [this.connection, this.runs, this.declarations, this.skipped, this.lost]) subject.complete();
  }

  #take(message: ServerMessage): void {
    switch (message.type) {
      case "hello":
        return this.#begin(message);
      case "runs": {
        const before = [...this.#runStates.values()];
        this.#runStates.clear();
        for (const state of message.runs) this.#setRun(state);
        const begun = new Map(message.runs.map(({ runId, startedAt }) => [runId, startedAt]));
        // One of the same id that began at another time is another run.
        for (const { runId, startedAt } of before) if (begun.get(runId) !== startedAt) this.#forget(runId);
        return this.#emitRuns();
      }
      case "run":
        this.#setRun(message);
        return this.#emitRuns();
      case "removed":
        for (const run of message.runs) {
          this.#runStates.delete(run);
          this.#stored.delete(run);
          this.#forget(this.#definitions.run(run));
        }
        return this.#emitRuns();
      case "declared":
        for (const one of message.declarations) this.#declared.set(one.id, one);
        return this.declarations.next([...this.#declared.values()]);
      case "progress":
        for (const [run, step, stepsPerSecond] of message.runs) {
          const known = this.#runStates.get(run);
          if (known) this.#runStates.set(run, { ...known, step, stepsPerSecond });
        }
        return this.#emitRuns();
      case "stored":
        for (const [run, ...counts] of message.runs) this.#setStored(run, counts);
        return;
      case "define":
        return this.#definitions.define(message.series, message.places);
      case "events":
        return this.#with(message.id, (entry) => {
          entry.subscription.events(message);
          if (entry.tick !== undefined) entry.tick = message.tick;
        });
      case "resync":
        return this.#with(message.id, (entry) => {
          entry.tick = undefined;
          entry.isLive = false;
          entry.subscription.restart();
        });
      case "live":
        return this.#with(message.id, (entry) => {
          entry.tick = message.tick;
          entry.isLive = true;
          entry.subscription.live();
        });
      case "tick":
        // One that is still being sent what it missed has not got that far.
        for (const entry of this.#entries.values()) if (entry.isLive) entry.tick = message.tick;
        return;
      case "skipped":
        return this.skipped.next(this.#skippedBefore + message.total);
      case "rows":
        return this.#questions.answered(message.id, decodeRows(message));
      case "done":
        this.#commands.get(message.id)?.resolve();
        this.#commands.delete(message.id);
        return;
      case "error":
        return this.#refused(message);
    }
  }

  #begin({ epoch, store, controls = false, keeps = false }: Extract<ServerMessage, { type: "hello" }>): void {
    const restarted = epoch !== this.#epoch;
    if (restarted) {
      this.#definitions = new Definitions();
      this.#stored.clear();
      this.#declared.clear();
    }
    this.#epoch = epoch;
    this.#live = true;
    this.#skippedBefore = this.skipped.value;
    this.#socket.settled();
    // What is asked by those who hear of the connection is sent at once.
    const entries = [...this.#entries];
    this.connection.next({ state: "live", epoch, store, controls, keeps });
    for (const [id, entry] of entries) {
      if (restarted) entry.tick = undefined;
      if (this.#entries.has(id)) this.#subscribe(id);
    }
    this.#questions.begin();
  }

  #subscribe(id: number): void {
    const entry = this.#entries.get(id)!;
    const { subscription, tick } = entry;
    entry.isLive = false;
    subscription.begin(this.#definitions);
    for (const [run, counts] of this.#stored) subscription.stored(run, counts);
    const resume = this.#resume && tick !== undefined ? { epoch: this.#epoch, tick } : undefined;
    if (!resume) {
      entry.tick = undefined;
      subscription.restart();
    }
    this.#socket.send({ type: "subscribe", id, ...subscription.request, resume });
  }

  #frames(message: ArrayBuffer): void {
    for (const frame of framesOf(message)) {
      this.#with(frame.id, (entry) => {
        entry.subscription.frame(frame);
        if (entry.tick !== undefined && frame.tick > 0) entry.tick = frame.tick;
      });
    }
  }

  /** What comes for a subscription that was ended meanwhile is dropped. */
  #with(id: number, task: (entry: Entry) => void): void {
    const entry = this.#entries.get(id);
    if (entry) task(entry);
  }

  #setRun(state: RunState & { readonly run: number }): void {
    const { run, ...rest } = state;
    this.#definitions.defineRun(run, state.runId);
    this.#runStates.set(run, rest);
  }

  #forget(runId: string): void {
    for (const { subscription } of this.#entries.values()) subscription.forget(runId);
  }

  #setStored(run: number, counts: readonly [number, number, number]): void {
    this.#stored.set(run, counts);
    for (const { subscription } of this.#entries.values()) subscription.stored(run, counts);
  }

  #emitRuns(): void {
    const states = [...this.#runStates.values()];
    this.runs.next(states.sort((a, b) => b.startedAt - a.startedAt || (a.runId < b.runId ? 1 : -1)));
  }

  #refused({ id, message, ...fault }: Extract<ServerMessage, { type: "error" }>): void {
    const entry = this.#entries.get(id);
    this.#entries.delete(id);
    entry?.subscription.fail(new FeedError(message));
    this.#questions.refused(id, () => new QueryError(message, fault));
    this.#commands.get(id)?.reject(new FeedError(message));
    this.#commands.delete(id);
  }

  #lost(state: ConnectionState): void {
    if (this.#live) this.#failAll("the connection was lost");
    this.#live = false;
    this.connection.next(state);
  }

  #failAll(reason: string): void {
    this.#questions.lose(reason);
    // Nobody knows whether they were done: they are not said again.
    for (const { reject } of this.#commands.values()) reject(new FeedError(`control: ${reason}`));
    this.#commands.clear();
  }
}
