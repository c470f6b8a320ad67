/**
 * Asks one thing at a time: what is asked for while an answer is under way is asked once, when that has come. A server that
 * trains besides takes seconds to answer, and few questions at a time.
 */
export class OneAtATime {
  readonly #ask: () => Promise<void>;
  #isAsking = false;
  #isOld = false;

  /** `ask` never rejects. */
  constructor(ask: () => Promise<void>) {
    this.#ask = ask;
  }

  get isAsking(): boolean {
    return this.#isAsking;
  }

  async ask(): Promise<void> {
    this.#isOld = this.#isAsking;
    if (this.#isAsking) return;
    this.#isAsking = true;
    await this.#ask();
    this.#isAsking = false;
    if (this.#isOld) await this.ask();
  }
}
