/** Lets a training wait between two steps, as long as it is asked to. */
export class Pause {
  #over: Promise<void> | undefined;
  #end: () => void = () => undefined;

  /** Resolves when it is over; undefined where there is none. */
  get over(): Promise<void> | undefined {
    return this.#over;
  }

  set(isPaused: boolean): void {
    if (isPaused) this.#over ??= new Promise((resolve) => (this.#end = resolve));
    else {
      this.#over = undefined;
      this.#end();
    }
  }
}
