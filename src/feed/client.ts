import type { WebSocket } from "ws";
import { CLOSE, type ServerMessage } from "./protocol.ts";

/** A client that does not answer the close is cut off after this long. */
const FAREWELL_MS = 2000;

/**
 * One connection. While it catches up, what happens live is held for it; afterwards that is sent and it is live.
 * Held and queued bytes are bounded: a client beyond its budget is closed with 1013 and may come back for a snapshot.
 */
export class FeedClient {
  readonly #socket: WebSocket;
  readonly #budget: number;
  #held: string[] | undefined = [];
  #heldBytes = 0;
  #closing = false;

  constructor(socket: WebSocket, budget: number) {
    this.#socket = socket;
    this.#budget = budget;
  }

  /** Bytes that wait for this client. */
  get backlog(): number {
    return this.#heldBytes + this.#socket.bufferedAmount;
  }

  get isOpen(): boolean {
    return !this.#closing && this.#socket.readyState === this.#socket.OPEN;
  }

  /** Sends a live message, or holds it while the client catches up. Never waits. */
  push(text: string): void {
    if (!this.isOpen) return;
    if (this.backlog + text.length > this.#budget) {
      this.close(CLOSE.tooSlow, "too slow: reconnect for a new snapshot");
    } else if (this.#held === undefined) {
      this.#socket.send(text);
    } else {
      this.#held.push(text);
      this.#heldBytes += text.length;
    }
  }

  /** Sends a message of the catching up; resolves when the socket has taken it. Rejects when the client is gone. */
  catchUp(message: ServerMessage): Promise<void> {
    if (!this.isOpen) return Promise.reject(new Error("feed: client is gone"));
    return new Promise((resolve, reject) => {
      this.#socket.send(JSON.stringify(message), (error) => (error ? reject(error) : resolve()));
    });
  }

  /** Ends the catching up: sends what was held. */
  goLive(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    this.#heldBytes = 0;
    if (this.isOpen) for (const text of held) this.#socket.send(text);
  }

  close(code: number, reason: string): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#held = undefined;
    this.#heldBytes = 0;
    this.#socket.close(code, reason);
    setTimeout(() => this.#socket.terminate(), FAREWELL_MS).unref();
  }
}
