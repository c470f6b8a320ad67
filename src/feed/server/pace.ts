/** Milliseconds over which the pace is taken. */
const WINDOW_MS = 8000;

/** Steps per second of a run, over its last seconds. */
export class Pace {
  readonly #marks: { readonly at: number; readonly step: number }[] = [];

  /** Notes where the run is now; `at` in milliseconds. Returns its pace, null before there is one. */
  note(at: number, step: number): number | null {
    this.#marks.push({ at, step });
    while (this.#marks.length > 2 && at - this.#marks[0]!.at > WINDOW_MS) this.#marks.shift();
    const first = this.#marks[0]!;
    return at > first.at && first.step >= 0 ? ((step - first.step) * 1000) / (at - first.at) : null;
  }
}
