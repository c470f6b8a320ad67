import type { WebSocket } from "ws";
import { type AddressedFrame, joinFrames } from "../protocol/message.ts";
import { CLOSE } from "../protocol/protocol.ts";
import type { ServerMessage } from "../protocol/server-messages.ts";

/** A client that does not answer the close is cut off after this long: by then a busy one has read what was sent. */
export const FAREWELL_MS = 10_000;
/** A client whose backlog does not shrink enough for this long is closed. */
const PATIENCE_MS = 30_000;
/** A message of joined frames is not much larger than this. */
const JOINED_BYTES = 64 * 1024;
/** Snapshots wait while more than this is queued. */
const PACE_BYTES = 256 * 1024;

/** What a subscription keeps for a client that is behind. */
export interface Held {
  /** Roughly what it takes in memory. */
  readonly heldBytes: number;
  /** Sends what is kept, now that there is room. Returns how many records were left out. */
  release(): number;
}

/**
 * One connection. Above half of its budget of bytes it counts as behind: then it gets the newest record of each series
 * only, once there is room again. Above the whole budget, or behind for too long, it is closed.
 */
export class Connection {
  readonly #socket: WebSocket;
  readonly #budget: number;
  readonly #held = new Set<Held>();
  /** Frames that go out together, before anything else does. */
  #joined: AddressedFrame[] = [];
  #joinedBytes = 0;
  /** Bytes of the greeting that the client may not have yet. */
  #greeting = 0;
  #behindSince: number | undefined;
  /** The last of the parts of something large that wait for each other. */
  #turn: Promise<void> = Promise.resolve();
  #skipped = 0;
  #closing = false;
  readonly #gone = new AbortController();

  constructor(socket: WebSocket, budget: number) {
    this.#socket = socket;
    this.#budget = budget;
    socket.once("close", () => this.#gone.abort());
  }

  /** Aborted when the client is gone. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  /** Bytes that wait for this client, but for those of the greeting. */
  get backlog(): number {
    let sum = this.#buffered + this.#joinedBytes;
    for (const { heldBytes } of this.#held) sum += heldBytes;
    return sum;
  }

  get isOpen(): boolean {
    return !this.#closing && this.#socket.readyState === this.#socket.OPEN;
  }

  get isBehind(): boolean {
    return this.#behindSince !== undefined;
  }

  /** Sends what every client hears first: however much that is, it makes nobody too slow. */
  greet(messages: readonly ServerMessage[]): void {
    for (const message of messages) if (this.isOpen) this.#socket.send(JSON.stringify(message));
    this.#greeting = this.#socket.bufferedAmount;
  }

  /** Bytes in the socket, but for those of the greeting, which go first. */
  get #buffered(): number {
    const { bufferedAmount } = this.#socket;
    this.#greeting = Math.min(this.#greeting, bufferedAmount);
    return bufferedAmount - this.#greeting;
  }

  /** Sends at once. Never waits. */
  say(message: ServerMessage): void {
    this.send(JSON.stringify(message));
  }

  /** Sends at once, after the frames that are being joined. */
  send(data: string | Uint8Array): void {
    this.#flush();
    this.#send(data);
  }

  /** Joins a frame to others: they go out with what is sent next, at `catchUp`, or when they are many. */
  sendSoon(frame: AddressedFrame): void {
    if (!this.isOpen) return;
    this.#joined.push(frame);
    this.#joinedBytes += frame.frame.length;
    if (this.#joinedBytes >= JOINED_BYTES) this.#flush();
  }

  /** Sends the frames that were joined. */
  #flush(): void {
    if (this.#joined.length === 0) return;
    const message = joinFrames(this.#joined);
    this.#joined = [];
    this.#joinedBytes = 0;
    this.#send(message);
  }

  #send(data: string | Uint8Array): void {
    if (!this.isOpen) return;
    this.#socket.send(data);
    if (this.#buffered > this.#budget / 2) this.#behindSince ??= performance.now();
    if (this.backlog > this.#budget) this.close(CLOSE.tooSlow, "too slow: reconnect for what was missed");
  }

  /**
   * Sends a part of something large, which is made when it is its turn, or nothing: resolves when the client has room for
   * the next part, whoever's it is. Rejects when it is gone.
   */
  sendPaced(make: () => string | Uint8Array | undefined): Promise<void> {
    const turn = this.#turn.then(() => this.#sendInTurn(make));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #sendInTurn(make: () => string | Uint8Array | undefined): Promise<void> {
    if (!this.isOpen) throw new Error("feed: client is gone");
    const data = make();
    if (data === undefined) return;
    this.#flush();
    const sent = new Promise<void>((resolve, reject) => {
      this.#socket.send(data, (error) => (error ? reject(error) : resolve()));
    });
    if (this.#socket.bufferedAmount > PACE_BYTES) await sent;
    else sent.catch(() => undefined);
  }

  /** Something is kept for this client from now on, until it has room. */
  hold(held: Held): void {
    this.#held.add(held);
    if (this.backlog > this.#budget) this.close(CLOSE.tooSlow, "too slow: reconnect for what was missed");
  }

  drop(held: Held): void {
    this.#held.delete(held);
  }

  /**
   * To be called now and then: sends the frames that were joined, what is kept where there is room again, and closes where
   * there is not for too long.
   */
  catchUp(now: number): void {
    this.#flush();
    if (this.#behindSince === undefined || !this.isOpen) return;
    if (this.#buffered > this.#budget / 8) {
      if (now - this.#behindSince > PATIENCE_MS) this.close(CLOSE.tooSlow, "too slow for too long: reconnect");
      return;
    }
    this.#behindSince = undefined;
    const held = [...this.#held];
    this.#held.clear();
    let skipped = 0;
    for (const one of held) skipped += one.release();
    this.#flush();
    if (skipped === 0) return;
    this.#skipped += skipped;
    this.say({ type: "skipped", total: this.#skipped });
  }

  close(code: number, reason: string): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#held.clear();
    this.#socket.close(code, reason);
    setTimeout(() => this.#socket.terminate(), FAREWELL_MS).unref();
  }
}
