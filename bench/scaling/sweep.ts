import { type Spread, spread } from "../measure.ts";

/** Something whose time is measured at several sizes. */
export interface Question {
  /** What grows: `filters of the first stage`. */
  readonly x: string;
  /** What is timed: `a step, ms`. */
  readonly y: string;
  /** What stays as it is: `VGG-11, batch 64`. */
  readonly title: string;
  readonly sizes: readonly number[];
  /** Makes what is timed at a size: a call gives one sample, in the unit of `y`. */
  readonly prepare: (size: number) => Promise<Sampler>;
}

export interface Sampler {
  readonly sample: () => Promise<number> | number;
  readonly end?: () => Promise<void> | void;
}

export interface Scaling extends Omit<Question, "prepare"> {
  /** At each size. */
  readonly times: readonly Spread[];
  /** Least-squares slope of log time over log size. */
  readonly slope: number;
  /** The same between the two largest sizes. */
  readonly lastSlope: number;
}

/** Takes a sample at each size, round after round: a machine whose speed drifts slows all sizes alike. */
export async function measureScaling(question: Question, rounds: number): Promise<Scaling> {
  const { prepare, ...rest } = question;
  const samplers = [];
  for (const size of rest.sizes) samplers.push(await prepare(size));
  const samples = samplers.map((): number[] => []);
  try {
    for (const { sample } of samplers) await sample();
    for (let round = 0; round < rounds; round++) {
      for (const [i, { sample }] of samplers.entries()) samples[i]!.push(await sample());
    }
  } finally {
    for (const { end } of samplers) await end?.();
  }
  const times = samples.map(spread);
  const points = times.map(({ median }, i): Point => [Math.log(rest.sizes[i]!), Math.log(median)]);
  return { ...rest, times, slope: slopeOf(points), lastSlope: slopeOf(points.slice(-2)) };
}

type Point = readonly [x: number, y: number];

/** Returns the slope of the line of least squares through points. */
export function slopeOf(points: readonly Point[]): number {
  const mean = (of: (point: Point) => number) => points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [mx, my] = [mean(([x]) => x), mean(([, y]) => y)];
  return mean(([x, y]) => (x - mx) * (y - my)) / mean(([x]) => (x - mx) ** 2);
}
