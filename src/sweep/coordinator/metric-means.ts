/** Readings whose mean is what a trial has of a stat at a step. */
const LAST = 10;

/** What a trial had of a stat at the end of a stretch of steps. */
export interface StretchMean {
  /** Number of the stretch, from 0. */
  readonly stretch: number;
  readonly mean: number;
}

/**
 * Follows a stat of one trial: at the end of each stretch of `width` steps it has the mean of the last ten readings. A
 * stretch has ended when a reading of a later one is there.
 */
export class MetricMeans {
  readonly #width: number;
  #last: readonly { readonly step: number; readonly value: number }[] = [];
  /** Stretches that have ended, and were told of. */
  #ended = 0;
  #first: number | undefined;

  constructor(width: number) {
    this.#width = width;
  }

  /** The mean at the end of the first stretch; undefined before it. */
  get first(): number | undefined {
    return this.#first;
  }

  /** Takes a reading, and returns the stretches that end with it, each once. */
  add(step: number, value: number): readonly StretchMean[] {
    const stretch = Math.floor(step / this.#width);
    const ended = this.#last.length === 0 ? [] : this.#end(stretch);
    this.#last = [...this.#last.slice(1 - LAST), { step, value }];
    return ended;
  }

  /** Forgets the readings from a step on: the trial goes on there. What was told of stays told. */
  cut(step: number): void {
    this.#last = this.#last.filter((reading) => reading.step < step);
  }

  #end(upTo: number): readonly StretchMean[] {
    const mean = this.#last.reduce((sum, { value }) => sum + value, 0) / this.#last.length;
    const ended: StretchMean[] = [];
    for (; this.#ended < upTo; this.#ended++) ended.push({ stretch: this.#ended, mean });
    this.#first ??= ended[0]?.mean;
    return ended;
  }
}
