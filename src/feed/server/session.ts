import type { RawData, WebSocket } from "ws";
import { UserError } from "../../core/errors.ts";
import { type ClientMessage, clientMessage } from "../protocol/client-messages.ts";
import type { KeepingCommand, TrialCommand } from "../protocol/control.ts";
import { CLOSE, LIMITS, PROTOCOL } from "../protocol/protocol.ts";
import { Connection } from "./connection.ts";
import type { FeedHub } from "./hub.ts";
import type { Member } from "./member.ts";
import type { Answers } from "./answers.ts";
import type { RunKeeper } from "./run-keeper.ts";
import { RateLimit } from "./rate-limit.ts";

const HELLO_MS = 10_000;
/** Messages that a client may send at once, and per second in the long run. */
const BURST = 1000;
const PER_SECOND = 100;

interface SessionOptions {
  readonly hub: FeedHub;
  readonly answers: Answers;
  /** Bytes that may wait for one client. */
  readonly budget: number;
  readonly keeper: RunKeeper | undefined;
  /** Whether the client may stop, skip and pause trials, and note and remove runs. */
  readonly mayControl: boolean;
}

/** The conversation with one client. Whatever it sends, no other connection hears of it. */
export class ServerSession {
  readonly #socket: WebSocket;
  readonly #connection: Connection;
  readonly #options: SessionOptions;
  readonly #members = new Map<number, Member>();
  readonly #rate = new RateLimit(BURST, PER_SECOND);
  readonly #patience: NodeJS.Timeout;
  #greeted = false;

  constructor(socket: WebSocket, options: SessionOptions) {
    this.#socket = socket;
    this.#connection = new Connection(socket, options.budget);
    this.#options = options;
    this.#patience = setTimeout(() => this.#refuse("no hello"), HELLO_MS).unref();
    socket.on("message", (data, isBinary) => this.#take(data, isBinary));
    socket.on("error", () => this.#refuse("bad frame"));
    socket.on("close", () => this.#end());
  }

  #take(data: RawData, isBinary: boolean): void {
    if (!this.#connection.isOpen) return;
    if (!this.#rate.allows(performance.now())) return this.#refuse("too many messages");
    const message = isBinary ? undefined : parse((data as Buffer).toString());
    if (message === undefined) return this.#refuse("expected one of the messages of docs/FEED.md, as JSON text");
    if (!this.#greeted) {
      if (message["type"] !== "hello" || message["protocol"] !== PROTOCOL) {
        return this.#refuse(`expected {"type":"hello","protocol":${PROTOCOL}}`);
      }
      clearTimeout(this.#patience);
      this.#greeted = true;
      this.#options.answers.prepare();
      return this.#options.hub.add(this.#connection, this.#options.mayControl);
    }
    const { success, data: known, error } = clientMessage.safeParse(message);
    if (success) return this.#answer(known);
    const { type, id } = message;
    if (!(type === "subscribe" || type === "query" || type === "control") || typeof id !== "number")
      return this.#refuse("unknown message");
    this.#connection.say({ type: "error", id, message: `${type}: ${explain(error.issues)}` });
  }

  #answer(message: ClientMessage): void {
    switch (message.type) {
      case "hello":
        return this.#refuse("a second hello");
      case "subscribe": {
        const { id } = message;
        const refuse = (reason: string) => this.#connection.say({ type: "error", id, message: `subscribe: ${reason}` });
        if (this.#members.has(id)) return refuse(`id ${id} is taken`);
        if (this.#members.size >= LIMITS.subscriptions) {
          return refuse(`at most ${LIMITS.subscriptions} subscriptions on one connection`);
        }
        this.#members.set(id, this.#options.hub.subscribe(this.#connection, message));
        return;
      }
      case "unsubscribe": {
        const member = this.#members.get(message.id);
        this.#members.delete(message.id);
        if (member) this.#options.hub.unsubscribe(member);
        return;
      }
      case "control":
        return this.#control(message);
      case "query":
        void this.#options.answers.answer(this.#connection, message.id, message.sql);
    }
  }

  #control(message: Extract<ClientMessage, { type: "control" }>): void {
    const { id } = message;
    const refuse = (reason: string) => this.#connection.say({ type: "error", id, message: `control: ${reason}` });
    if (!this.#options.mayControl) return refuse("only this server's own pages and clients with the token may do this");
    if (message.action === "note" || message.action === "remove") {
      this.#keep(message).then(
        () => this.#connection.say({ type: "done", id }),
        (error: unknown) => refuse(error instanceof Error ? error.message : String(error)),
      );
      return;
    }
    try {
      if (!this.#options.hub.control(trialCommandIn(message))) return refuse("this process is not training that run");
    } catch (error) {
      if (error instanceof UserError) return refuse(error.message);
      throw error;
    }
    this.#connection.say({ type: "done", id });
  }

  async #keep(command: KeepingCommand): Promise<void> {
    const { keeper, hub } = this.#options;
    const { run } = command;
    if (!keeper) throw new Error("the store is open for reading only; gradstream serve --edit opens it for this");
    if (command.action === "remove") {
      await keeper.remove(run);
      hub.runRemoved(run);
    } else hub.runNoted(run, await keeper.note(run, command));
  }

  #refuse(reason: string): void {
    this.#connection.close(CLOSE.refused, reason);
  }

  #end(): void {
    clearTimeout(this.#patience);
    for (const member of this.#members.values()) this.#options.hub.unsubscribe(member);
    this.#members.clear();
    this.#options.hub.remove(this.#connection);
    this.#socket.removeAllListeners("message");
  }
}

/** What a message asks, without what is of the message alone. */
function trialCommandIn(message: Exclude<Extract<ClientMessage, { type: "control" }>, KeepingCommand>): TrialCommand {
  if (message.action === "move") {
    const { action, run, control, value } = message;
    return { action, run, control, value };
  }
  if (message.action !== "skip") return { action: message.action, run: message.run };
  const { action, declaration, arm, seed } = message;
  return { action, declaration, arm, seed };
}

/** A JSON object, or undefined. */
function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** The first thing that is wrong, with where it is. */
function explain(issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]): string {
  const { path = [], message = "not valid" } = issues[0] ?? {};
  return `${path.length > 0 ? `${path.join(".")}: ` : ""}${message}`;
}
