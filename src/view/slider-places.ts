/** Numbers that a slider goes over. */
export interface SliderRange {
  readonly low: number;
  readonly high: number;
  /** Distance between neighbouring values. Default: places are even. */
  readonly step?: number;
  /** Whether places are even in the logarithm. Default false. */
  readonly log?: boolean;
}

/** Moves from one end to the other where a range has no step of its own. */
const PLACES_BETWEEN = 200;
/** Digits of values between the ends, and of those of wide logarithmic ranges. */
const DIGITS = 12;
const LOG_DIGITS = 3;

/** Returns the number of the last place; the first is 0. */
export const lastPlace = ({ low, high, step }: SliderRange): number =>
  step === undefined ? PLACES_BETWEEN : Math.floor((high - low) / step + 1e-6);

/** Returns the value at a place, without the digits that rounding adds. */
export function valueAtPlace(range: SliderRange, place: number): number {
  const { low, high, step, log = false } = range;
  const share = place / lastPlace(range);
  if (place <= 0) return low;
  if (step === undefined && share >= 1) return high;
  if (log) {
    const ratio = Math.log(high) - Math.log(low);
    const digits = ratio > Math.LN10 ? LOG_DIGITS : DIGITS;
    return within(range, Number(Math.exp(Math.log(low) + share * ratio).toPrecision(digits)));
  }
  const value = step === undefined ? low + share * (high - low) : low + place * step;
  return within(range, Number(value.toPrecision(DIGITS)));
}

/** Returns the place that is nearest to a value. */
export function placeOf(range: SliderRange, value: number): number {
  const { low, high, step, log = false } = range;
  const last = lastPlace(range);
  if (step !== undefined) return Math.round(Math.min(last, Math.max(0, (value - low) / step)));
  const share = log
    ? (Math.log(value) - Math.log(low)) / (Math.log(high) - Math.log(low))
    : (value - low) / (high - low);
  return Math.round(Math.min(1, Math.max(0, share)) * last);
}

const within = ({ low, high }: SliderRange, value: number): number => Math.min(high, Math.max(low, value));
