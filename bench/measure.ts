import { cpus } from "node:os";

/** Median, least and largest of some numbers. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const median = sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { median, min: sorted[0]!, max: sorted.at(-1)! };
}

export interface Comparison {
  readonly a: Spread;
  readonly b: Spread;
  /** a / b, pair by pair. */
  readonly ratio: Spread;
}

/**
 * Times two things in turn, A B B A A B …, after a warm-up of each, and gives the ratio pair by pair: a machine whose
 * speed drifts slows both of a pair. Each call is to do the same amount of work; milliseconds.
 */
export async function alternate(pairs: number, a: () => unknown, b: () => unknown): Promise<Comparison> {
  const time = async (f: () => unknown): Promise<number> => {
    const start = performance.now();
    await f();
    return performance.now() - start;
  };
  await time(a);
  await time(b);
  const [as, bs]: [number[], number[]] = [[], []];
  for (let i = 0; i < pairs; i++) {
    if (i % 2 === 0) as.push(await time(a));
    bs.push(await time(b));
    if (i % 2 === 1) as.push(await time(a));
  }
  return { a: spread(as), b: spread(bs), ratio: spread(as.map((value, i) => value / bs[i]!)) };
}

/** The same for work that must be done at once, such as inside the push of a step. */
export function alternateNow(pairs: number, a: () => void, b: () => void): Comparison {
  const time = (f: () => void): number => {
    const start = performance.now();
    f();
    return performance.now() - start;
  };
  time(a);
  time(b);
  const times = Array.from({ length: pairs }, (_, i) => {
    if (i % 2 === 0) return [time(a), time(b)] as const;
    const second = time(b);
    return [time(a), second] as const;
  });
  return {
    a: spread(times.map(([first]) => first)),
    b: spread(times.map(([, second]) => second)),
    ratio: spread(times.map(([first, second]) => first / second)),
  };
}

export const show = ({ median, min, max }: Spread, digits = 2): string =>
  `${median.toFixed(digits)} (${min.toFixed(digits)} to ${max.toFixed(digits)})`;

/** One line about the machine and the day, to stand above any numbers. */
export function machine(): string {
  const [first] = cpus();
  return `${new Date().toISOString().slice(0, 10)}, ${cpus().length} x ${first?.model.trim() ?? "?"}, Node ${process.versions.node}`;
}
