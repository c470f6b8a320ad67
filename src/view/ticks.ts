import { formatNumber, formatPower } from "./numbers.ts";

/** Pixels that one tick needs across and up. */
const ROOM = { x: 80, y: 42 } as const;

/** Gives how many steps between ticks an axis of so many pixels has room for; `each` pixels for one, where it says. */
export function tickCount(pixels: number, side: "x" | "y", each: number = ROOM[side]): number {
  return Math.max(2, Math.floor(pixels / each));
}

/** Returns the step of about `count` steps over `range`: 1, 2 or 5 times a power of ten. */
export function niceStep(range: number, count: number): number {
  const rough = range / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999) ?? 10);
}

/**
 * Gives round numbers in [low, high], about `count`; on a logarithmic axis powers of ten, with others between where
 * they are few.
 */
export function ticks([low, high]: readonly [number, number], count: number, log = false): number[] {
  if (!(high > low) || (log && low <= 0)) return [low];
  if (log) return logTicks(low, high, count);
  const step = niceStep(high - low, count);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

function logTicks(low: number, high: number, count: number): number[] {
  const decades = Math.log10(high / low);
  const factors = decades > count ? [1] : decades > count / 2 ? [1, 3] : decades > 0.8 ? [1, 2, 5] : undefined;
  if (!factors) return ticks([low, high], count);
  const every = Math.max(1, Math.ceil(decades / count));
  const found: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++) {
    if (power % every !== 0) continue;
    for (const factor of factors) {
      const value = Number(`${factor}e${power}`);
      if (value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9)) found.push(value);
    }
  }
  return found;
}

/** Labels ticks: on a logarithmic axis all as powers of ten where one of them must be. */
export function tickLabels(values: readonly number[], log = false): string[] {
  const powers = log && values.some((value) => value < 1e-3 || value >= 1e6);
  return values.map((value) => (powers ? formatPower(value) : formatNumber(value)));
}
