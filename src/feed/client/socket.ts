import { CLOSE } from "../protocol/protocol.ts";

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
/** The server says something at least every 5 seconds. */
const SILENCE_MS = 20_000;

/** What happens on the socket of a feed. */
export interface SocketEvents {
  readonly connecting: () => void;
  readonly open: () => void;
  readonly text: (data: string) => void;
  readonly binary: (data: ArrayBuffer) => void;
  readonly closed: (retryAt: number, code: number, reason: string) => void;
}

/** A WebSocket that connects again when it was closed, later and later, until it has been `settled`. */
export class Socket {
  readonly #url: string;
  readonly #WebSocket: typeof WebSocket;
  readonly #events: SocketEvents;
  #socket: WebSocket | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #silence: ReturnType<typeof setInterval> | undefined;
  #heardAt = 0;
  #isClosed = false;
  #wait = FIRST_WAIT_MS;

  constructor(url: string, implementation: typeof WebSocket, events: SocketEvents) {
    this.#url = url;
    this.#WebSocket = implementation;
    this.#events = events;
  }

  connect(): void {
    clearTimeout(this.#retry);
    this.#retry = undefined;
    this.#events.connecting();
    // Who hears of it may have closed it.
    if (this.#isClosed) return;
    const socket = new this.#WebSocket(this.#url);
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    const mine = () => socket === this.#socket;
    this.#heardAt = performance.now();
    this.#silence = setInterval(() => {
      if (performance.now() - this.#heardAt > SILENCE_MS) this.#lost(CLOSE.goingAway, "the server is silent");
    }, SILENCE_MS / 4);
    socket.onopen = () => mine() && this.#events.open();
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (!mine()) return;
      this.#heardAt = performance.now();
      try {
        if (typeof data === "string") this.#events.text(data);
        else this.#events.binary(data as ArrayBuffer);
      } catch (error) {
        this.#lost(CLOSE.refused, error instanceof Error ? error.message : String(error));
      }
    };
    socket.onerror = () => undefined;
    socket.onclose = ({ code, reason }) => mine() && this.#lost(code, reason);
  }

  /** Sends a message if the connection is open. */
  send(message: unknown): void {
    if (this.#socket?.readyState === 1) this.#socket.send(JSON.stringify(message));
  }

  /** The connection works: the next one that is lost is tried again soon. */
  settled(): void {
    this.#wait = FIRST_WAIT_MS;
  }

  retryNow(): void {
    if (this.#retry !== undefined) this.connect();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    this.#retry = undefined;
    this.#drop(1000, "");
  }

  #lost(code: number, reason: string): void {
    this.#drop(4000, reason);
    const delay = this.#wait * (0.8 + 0.4 * Math.random());
    this.#wait = Math.min(LONGEST_WAIT_MS, 2 * this.#wait);
    this.#retry = setTimeout(() => this.connect(), delay);
    this.#events.closed(Math.round(Date.now() + delay), code, reason);
  }

  #drop(code: number, reason: string): void {
    clearInterval(this.#silence);
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket && socket.readyState <= 1) socket.close(code, reason.slice(0, 100));
  }
}
