import { formatNumber, formatPower } from "./numbers.ts";

/** Pixels that one tick needs across and up. */
const ROOM = { x: 80, y: 42 } as const;
/** Exponents between which a power of ten is a number above zero. */
const POWERS = { least: -323, most: 308 } as const;
/** Digits that tell any two numbers apart. */
const ALL_DIGITS = 17;

/** Gives how many steps between ticks an axis of so many pixels has room for; `each` pixels for one, where it says. */
export function tickCount(pixels: number, side: "x" | "y", each: number = ROOM[side]): number {
  return Math.max(2, Math.floor(pixels / each));
}

/** Tells whether an axis counts steps, which have no fractions: `step`, `step (the paper's first 300 of 15,000)`. */
export const countsSteps = (label: string): boolean => /^step( \(|$)/.test(label);

/** A round step: `factor` (1, 2 or 5) times ten to the `power`. */
export interface NiceStep {
  readonly factor: number;
  readonly power: number;
}

/** Returns the round step of about `count` steps from `low` to `high`, whose difference may be more than a number holds. */
export function niceStep(low: number, high: number, count: number): NiceStep {
  const steps = Math.max(1, count);
  const rough = high / steps - low / steps;
  const power = Math.max(POWERS.least, Math.min(POWERS.most, Math.floor(Math.log10(rough))));
  const factor = [1, 2, 5].find((one) => one * 10 ** power >= rough * 0.999);
  return factor === undefined ? { factor: 1, power: Math.min(POWERS.most, power + 1) } : { factor, power };
}

/** Returns `count` steps as the number nearest to them; `count` is whole. Beyond all numbers, the largest. */
export function multiple({ factor, power }: NiceStep, count: number): number {
  const value = Number(`${count * factor}e${power}`);
  return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value)) + 0;
}

/** Returns how many steps a value is from 0, with a fraction. */
export const stepsFromZero = (step: NiceStep, value: number): number => value / multiple(step, 1);

/**
 * Gives round numbers in [low, high], about `count` and two at least; on a logarithmic axis powers of ten, with others
 * between where they are few; `whole`: none with a fraction, where that leaves two. Ends that are alike, or so near that
 * nothing round lies between, are given as they are.
 */
export function ticks([low, high]: readonly [number, number], count: number, log = false, whole = false): number[] {
  if (!(high > low) || (log && low <= 0)) return [low];
  const found = log ? logTicks(low, high, count) : linearTicks(low, high, count, whole);
  return found.length < 2 ? [low, high] : found;
}

function linearTicks(low: number, high: number, count: number, whole: boolean): number[] {
  let found: number[] = [];
  for (let more = 0; more < 3 && found.length < 2; more++) {
    const nice = niceStep(low, high, count + more);
    const step = whole && nice.power < 0 ? { factor: 1, power: 0 } : nice;
    const [first, last] = [Math.ceil(stepsFromZero(step, low) - 1e-9), Math.floor(stepsFromZero(step, high) + 1e-9)];
    if (!Number.isSafeInteger(first * step.factor) || !Number.isSafeInteger(last * step.factor)) return [];
    const all = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => multiple(step, first + i));
    found = all.filter((value, i) => isBetween(value, low, high) && value !== all[i - 1]);
  }
  return found;
}

/** Tells whether a value lies between two others, or is one of them but for rounding. */
function isBetween(value: number, low: number, high: number): boolean {
  const slack = (high / 2 - low / 2) * 2e-9;
  return value >= low - slack && value <= high + slack;
}

function logTicks(low: number, high: number, count: number): number[] {
  const [first, last] = [Math.log10(low), Math.log10(high)];
  const decades = last - first;
  const factors = decades > count ? [1] : decades > count / 2 ? [1, 3] : decades > 0.8 ? [1, 2, 5] : undefined;
  if (!factors) return linearTicks(low, high, count, false);
  for (let every = Math.max(1, Math.ceil(decades / count)); every > 0; every--) {
    const found: number[] = [];
    for (let power = Math.floor(first); power <= Math.ceil(last); power++) {
      if (power % every !== 0) continue;
      for (const factor of factors) {
        const value = Number(`${factor}e${power}`);
        if (value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9) && value < Infinity && value !== found.at(-1))
          found.push(value);
      }
    }
    if (found.length >= 2) return found;
  }
  return [];
}

/**
 * Labels ticks, each otherwise than the others: on a logarithmic axis all as powers of ten where one of them must be,
 * with as many digits as tell them apart.
 */
export function tickLabels(values: readonly number[], log = false): string[] {
  const powers = log && values.some((value) => value < 1e-3 || value >= 1e6);
  const write = powers ? formatPower : formatNumber;
  for (let digits = 4; ; digits++) {
    const labels = values.map((value) => write(value, digits));
    if (digits === ALL_DIGITS || new Set(labels).size === values.length) return labels;
  }
}
