import type { Axis } from "../paper/figure.ts";
import { formatNumber, formatPower } from "./text.ts";

/** A scale's ends, and where it is labelled. */
export interface Range {
  readonly domain: readonly [number, number];
  readonly log: boolean;
  readonly ticks: readonly number[];
}

/** A scale that holds all these values (positive and finite ones, where it is logarithmic). */
export function rangeOf(values: Iterable<number>, { log = false }: Axis, padding: number, ticks = 6): Range {
  let [low, high] = extent(values, log);
  if (low > high) [low, high] = log ? [1, 10] : [0, 1];
  if (low === high)
    [low, high] = log ? [low / 2, high * 2] : [low - (Math.abs(low) / 2 || 1), high + (Math.abs(high) / 2 || 1)];
  const [from, to] = log ? [Math.log10(low), Math.log10(high)] : [low, high];
  const pad = (to - from) * padding;
  const ends: [number, number] = [from - pad, to + pad];
  // Room below zero would only puzzle the reader.
  if (!log && low >= 0 && ends[0] < 0) ends[0] = 0;
  const domain: [number, number] = log ? [10 ** ends[0], 10 ** ends[1]] : ends;
  return { domain, log, ticks: log ? logTicks(domain, ticks) : linearTicks(domain, ticks) };
}

/** Share of the way from the scale's start to its end. */
export function shareOf({ domain: [low, high], log }: Range, value: number): number {
  return log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
}

export function extent(values: Iterable<number>, log = false): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isFinite(value) || (log && value <= 0)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}

/** Labels for a scale's ticks: all as powers of ten where one of them must be. */
export function tickLabels({ log, ticks }: Range): (tick: number) => string {
  const powers = log && ticks.some((tick) => tick < 1e-3 || tick >= 1e6);
  return (tick) => (powers ? formatPower(tick) : formatNumber(tick));
}

export function linearTicks([low, high]: readonly [number, number], count: number): number[] {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough * 0.999) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

export function logTicks([low, high]: readonly [number, number], count: number): number[] {
  const [from, to] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const decades = Math.log10(high / low);
  const within = (values: number[]) => values.filter((value) => value >= low * 0.999 && value <= high * 1.001);
  const powers = (every: number, factors: number[]) =>
    within(
      Array.from({ length: to - from + 1 }, (_, i) => from + i)
        .filter((power) => power % every === 0)
        .flatMap((power) => factors.map((factor) => Number(`${factor}e${power}`))),
    );
  if (decades < 0.5) return linearTicks([low, high], count);
  if (decades < 2.2) return powers(1, [1, 2, 5]);
  return powers(Math.ceil(decades / count), [1]);
}
