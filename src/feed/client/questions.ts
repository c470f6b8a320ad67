import { LIMITS } from "../protocol/protocol.ts";
import { QueryError } from "./errors.ts";
import type { QueryRows } from "./feed.ts";

interface Question {
  readonly sql: string;
  readonly resolve: (rows: QueryRows) => void;
  readonly reject: (error: Error) => void;
  isSent: boolean;
}

/** SQL that a server was asked, or will be: as much at once as it answers, the rest when an answer has come. */
export class Questions {
  readonly #send: (id: number, sql: string) => void;
  readonly #asked = new Map<number, Question>();
  #isConnected = false;

  constructor(send: (id: number, sql: string) => void) {
    this.#send = send;
  }

  ask(id: number, sql: string): Promise<QueryRows> {
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { sql, resolve, reject, isSent: false });
      this.#sendNext();
    });
  }

  /** Sends what was asked before there was a connection. */
  begin(): void {
    this.#isConnected = true;
    this.#sendNext();
  }

  answered(id: number, rows: QueryRows): void {
    this.#taken(id)?.resolve(rows);
  }

  /** Rejects a question; one that is not there is none of these. */
  refused(id: number, error: () => Error): void {
    this.#taken(id)?.reject(error());
  }

  /** Rejects all: the connection that they were asked over is no more. */
  lose(reason: string): void {
    this.#isConnected = false;
    const all = [...this.#asked.values()];
    this.#asked.clear();
    for (const { reject } of all) reject(new QueryError(reason));
  }

  #taken(id: number): Question | undefined {
    const question = this.#asked.get(id);
    if (this.#asked.delete(id)) this.#sendNext();
    return question;
  }

  #sendNext(): void {
    if (!this.#isConnected) return;
    // A map keeps the order of asking: what was sent comes first.
    for (const [id, question] of [...this.#asked].slice(0, LIMITS.queries)) {
      if (question.isSent) continue;
      question.isSent = true;
      this.#send(id, question.sql);
    }
  }
}
