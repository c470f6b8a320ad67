import { niceStep, ticks } from "./ticks.ts";

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

/** Gives a value axis round ends around its extent. They stay put while the data grows a little. */
export function valueDomain([low, high]: Ends, log = false): Ends {
  if (!(low <= high)) return log ? [0.1, 1] : [0, 1];
  if (log) {
    const [from, to] = [roundPower(low, -1), roundPower(high, 1)];
    return from === to ? [from / 2, to * 2] : [from, to];
  }
  if (low === high) {
    const room = Math.abs(low) * 0.1 || 1;
    return valueDomain([low - room, high + room]);
  }
  const step = niceStep(high - low, 8);
  const round = (value: number): number => Number((value * step).toPrecision(12));
  return [round(Math.floor(low / step + 1e-9)), round(Math.ceil(high / step - 1e-9))];
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
    const factor = low === high ? 2 : (high / low) ** ROOM;
    return [low / factor, high * factor];
  }
  // The first of many points may stand for several steps, between them: the axis still begins with the first step.
  if (low > 0 && low <= high * BEGINNING) return stepDomain([0, high], { grows, room });
  if (grows) return [low, roundAbove(high)];
  if (low === high) return [low, high + (Math.abs(high) || 1)];
  const free = room ? (high - low) * ROOM : 0;
  return [low - free, high + free];
}

/** Gives an axis of about `count` steps between ticks. */
export function scaleOf(domain: Ends, log: boolean, count: number): AxisScale {
  return { domain, log, ticks: ticks(domain, count, log) };
}

/** Gives the share of the way from the scale's start to its end. */
export function shareOf({ domain: [low, high], log }: Pick<AxisScale, "domain" | "log">, value: number): number {
  return log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
}

function roundPower(value: number, direction: 1 | -1): number {
  const power = 10 ** Math.floor(Math.log10(value) + 1e-12);
  const steps = [1, 2, 5, 10].map((factor) => factor * power);
  return direction < 0
    ? (steps.findLast((one) => one <= value * (1 + 1e-9)) ?? power)
    : (steps.find((one) => one >= value * (1 - 1e-9)) ?? 10 * power);
}

/** Returns the round number at or above, for the end of an axis that still grows. */
function roundAbove(value: number): number {
  if (value <= 10) return 10;
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find((factor) => factor * power >= value) ?? 10);
}
