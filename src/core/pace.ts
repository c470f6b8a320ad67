/** Milliseconds over which a pace is taken. */
const WINDOW_MS = 8000;

/** Computes steps per second; null where no time has passed. */
export function stepsPerSecond(steps: number, milliseconds: number): number | null {
  return milliseconds > 0 ? (steps * 1000) / milliseconds : null;
}

/** How fast a run goes: its steps per second over the last eight seconds, without the time before its first step. */
export class Pace {
  readonly #marks: { readonly at: number; readonly steps: number }[] = [];

  /** Notes how many steps have been done; `at` in milliseconds. Returns the pace, null before there is one. */
  note(at: number, steps: number): number | null {
    if (steps > 0) this.#marks.push({ at, steps });
    while (this.#marks.length > 2 && at - this.#marks[0]!.at > WINDOW_MS) this.#marks.shift();
    const [first, last] = [this.#marks[0], this.#marks.at(-1)];
    return first && last ? stepsPerSecond(last.steps - first.steps, last.at - first.at) : null;
  }
}
