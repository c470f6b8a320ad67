import { multiple, niceStep, stepsFromZero, ticks } from "./ticks.ts";

/** Least and greatest value. */
export type Ends = readonly [low: number, high: number];

/** An axis: its ends and where it is labelled. */
export interface AxisScale {
  readonly domain: Ends;
  readonly log: boolean;
  readonly ticks: readonly number[];
}

/** No value at all: what `extent` begins with. */
export const NOTHING: Ends = [Infinity, -Infinity];
/** Share of the axis left free on either side of what must not touch its ends. */
const ROOM = 0.04;

/** Widens ends to hold the drawable ones of `values` from index `from` to before `to`. */
export function extent(values: ArrayLike<number>, log = false, before = NOTHING, from = 0, to = values.length): Ends {
  let [low, high] = before;
  const least = log ? 0 : -Infinity;
  for (let i = from; i < to; i++) {
    const value = values[i]!;
    if (!(value > least) || value === Infinity) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

/** Part of its size, and the number, that a range must be longer than to be an axis. */
const LEAST = { share: 2 ** -48, range: 1e-300, decades: 1e-12 } as const;

/** Gives a value axis round ends around its extent, whatever finite numbers it is of. They stay put while the data grows a little. */
export function valueDomain([low, high]: Ends, log = false): Ends {
  if (!(low <= high)) return log ? [0.1, 1] : [0, 1];
  if (log) {
    const [from, to] = [roundPower(low, -1), roundPower(high, 1)];
    return from < to ? [from, to] : inNumbers([from / 2, to * 2], log);
  }
  const size = Math.max(Math.abs(low), Math.abs(high));
  if (high - low <= Math.max(size * LEAST.share, LEAST.range)) {
    const room = size <= LEAST.range ? 1 : size * 0.1;
    return valueDomain(inNumbers([low - room, high + room]));
  }
  const step = niceStep(low, high, 8);
  const [first, last] = [Math.floor(stepsFromZero(step, low) + 1e-9), Math.ceil(stepsFromZero(step, high) - 1e-9)];
  const ends: Ends = [multiple(step, first), multiple(step, last)];
  return [Math.min(low, ends[0]), Math.max(high, ends[1])];
}

/** Gives a value room behind it, or before it where there is no number beyond. */
function beyond(low: number, high: number, size: number): Ends {
  if (high < 0) return [low, 0];
  return high > Number.MAX_VALUE / 2 ? [low / 2, high] : [low, high + (size || 1)];
}

/** Keeps ends among the numbers, those of a logarithmic axis above zero. */
function inNumbers([low, high]: Ends, log = false): Ends {
  return [
    Math.max(log ? Number.MIN_VALUE : -Number.MAX_VALUE, low),
    Math.min(Number.MAX_VALUE, Math.max(log ? 2 * Number.MIN_VALUE : -Number.MAX_VALUE, high)),
  ];
}

/** Share of an axis of steps that may be before its first point; it begins at 0 then. */
const BEGINNING = 0.01;

/** How an axis of steps is laid out. */
interface StepAxis {
  readonly log?: boolean | undefined;
  /** More steps are to come: it ends at a round number. */
  readonly grows?: boolean | undefined;
  /** Leaves some room on either side; logarithmic axes always do. */
  readonly room?: boolean | undefined;
}

/** Gives a step axis the ends of its extent. */
export function stepDomain([low, high]: Ends, { log, grows, room }: StepAxis = {}): Ends {
  if (!(low <= high)) return log ? [0.1, 1] : [0, 1];
  if (log) {
    const decades = Math.log10(high) - Math.log10(low);
    const factor = decades < LEAST.decades ? 2 : 10 ** (decades * ROOM);
    return inNumbers([low / factor, high * factor], log);
  }
  // The first of many points may stand for several steps, between them: the axis still begins with the first step.
  if (low > 0 && low <= high * BEGINNING) return stepDomain([0, high], { grows, room });
  if (grows) return [low, roundAbove(high)];
  const size = Math.max(Math.abs(low), Math.abs(high));
  if (high - low <= Math.max(size * LEAST.share, LEAST.range)) return beyond(low, high, size);
  const free = room ? high * ROOM - low * ROOM : 0;
  return inNumbers([low - free, high + free]);
}

/** Gives an axis of about `count` steps between ticks; `whole`: without fractions. */
export function scaleOf(domain: Ends, log: boolean, count: number, whole = false): AxisScale {
  return { domain, log, ticks: ticks(domain, count, log, whole) };
}

type Axis = Pick<AxisScale, "domain" | "log">;

/** Gives the share of the way from the scale's start to its end. */
export const shareOf = (axis: Axis, value: number): number => sharer(axis)(value);

/** Makes the function from values to shares of the way from the scale's start to its end. */
export function sharer({ domain: [low, high], log }: Axis): (value: number) => number {
  if (log) {
    const [from, decades] = [Math.log10(low), Math.log10(high) - Math.log10(low)];
    return (value) => (Math.log10(value) - from) / decades;
  }
  // The difference of two numbers may be more than a number holds, that of their halves never is.
  const part = Number.isFinite(high - low) ? 1 : 0.5;
  const [from, range] = [low * part, high * part - low * part];
  return (value) => (value * part - from) / range;
}

/** Returns the value at a share of the way from the scale's start to its end. */
export function valueAtShare({ domain: [low, high], log }: Axis, share: number): number {
  if (log) return Math.min(high, Math.max(low, 10 ** (Math.log10(low) * (1 - share) + Math.log10(high) * share)));
  return low * (1 - share) + high * share;
}

function roundPower(value: number, direction: 1 | -1): number {
  const power = Math.floor(Math.log10(value) + 1e-12);
  const steps = [1, 2, 5, 10].map((factor) => Number(`${factor}e${power}`)).filter((one) => one > 0 && one < Infinity);
  const round =
    direction < 0 ? steps.findLast((one) => one <= value * (1 + 1e-9)) : steps.find((one) => one >= value * (1 - 1e-9));
  return round ?? value;
}

/** Returns the round number at or above, for the end of an axis that still grows. */
function roundAbove(value: number): number {
  if (value <= 10) return 10;
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find((factor) => factor * power >= value) ?? 10);
}
