import { setTimeout as delay } from "node:timers/promises";
import { oneLine } from "../../../core/one-line.ts";
import { UnreachableQueue } from "../unreachable-queue.ts";
import { isOutage } from "./is-outage.ts";

const BETWEEN_TRIES_MS = 500;

/** A server that may be out of reach for a while: says so once each time, and loses patience at last. */
export class Reach {
  readonly #shown: string;
  readonly #tell: (message: string) => void;
  #lostSince: number | undefined;
  #why = "no answer";

  constructor(shown: string, tell: (message: string) => void) {
    this.#shown = shown;
    this.#tell = tell;
  }

  /** Takes note of an error of a connection. */
  readonly noted = (error: unknown): void => {
    if (!isOutage(error)) return;
    this.#why = oneLine(error) || "no answer";
    if (this.#lostSince !== undefined) return;
    this.#lostSince = performance.now();
    this.#tell(`queue: ${this.#shown} is out of reach (${this.#why}); trying again`);
  };

  /** Takes note of an answer. */
  readonly answered = (): void => {
    if (this.#lostSince === undefined) return;
    const seconds = Math.round((performance.now() - this.#lostSince) / 1000);
    this.#lostSince = undefined;
    this.#tell(`queue: ${this.#shown} is back after ${seconds} s`);
  };

  /**
   * Asks the server, again and again while it is out of reach.
   *
   * @throws {UnreachableQueue} when it has not answered within `patienceMs`.
   */
  async ask<T>(question: () => Promise<T>, patienceMs: number): Promise<T> {
    const until = performance.now() + patienceMs;
    for (;;) {
      try {
        const answer = await this.#within(question(), until, patienceMs);
        this.answered();
        return answer;
      } catch (error) {
        if (!isOutage(error)) throw error;
        this.noted(error);
        if (performance.now() + BETWEEN_TRIES_MS >= until) throw this.#gaveUp(patienceMs);
        await delay(BETWEEN_TRIES_MS);
      }
    }
  }

  async #within<T>(answer: Promise<T>, until: number, patienceMs: number): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(this.#gaveUp(patienceMs)), Math.max(0, until - performance.now()));
    });
    try {
      return await Promise.race([answer, late]);
    } finally {
      clearTimeout(timer);
      answer.catch(() => undefined);
    }
  }

  #gaveUp(patienceMs: number): UnreachableQueue {
    return new UnreachableQueue(this.#shown, Math.round(patienceMs / 1000), this.#why);
  }
}
