import { type Ends, NOTHING } from "./scale.ts";

/** Share of the values at either side that an axis may leave out. */
const SHARE = 0.1;
/** How many times the range of the others they lie away from them. */
const FAR = 10;
/** How many times that range an axis goes on beyond the others, where it leaves strays out. */
const NEAR = 2;
/** Values looked at; of more, every nth. */
const MOST = 20_000;

/** Values of a line, from one index to before another. */
export interface Stretch {
  readonly values: ArrayLike<number>;
  readonly from: number;
  readonly to: number;
}

/**
 * Narrows ends to most values, on sides where a few lie so far away that an axis of all would show nothing else: at most
 * a tenth of them, ten times as far away as the others lie apart.
 */
export function withoutStrays(stretches: readonly Stretch[], [low, high]: Ends): Ends {
  const sorted = sampled(stretches).sort();
  const out = Math.floor(sorted.length * SHARE);
  const [least, most] = [sorted[out], sorted[sorted.length - 1 - out]];
  if (out === 0 || least === undefined || most === undefined) return [low, high];
  const range = most - least;
  const from = least - low > FAR * range ? least - NEAR * range : low;
  const to = high - most > FAR * range ? most + NEAR * range : high;
  return from === low && to === high ? [low, high] : extentWithin(stretches, [from, to]);
}

function extentWithin(stretches: readonly Stretch[], [least, most]: Ends): Ends {
  let [low, high] = NOTHING;
  for (const { values, from, to } of stretches) {
    for (let i = from; i < to; i++) {
      const value = values[i]!;
      if (!(value >= least && value <= most)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return [low, high];
}

function sampled(stretches: readonly Stretch[]): Float64Array {
  const count = stretches.reduce((sum, { from, to }) => sum + Math.max(0, to - from), 0);
  const stride = Math.max(1, Math.ceil(count / MOST));
  const values: number[] = [];
  for (const { values: own, from, to } of stretches) {
    for (let i = from; i < to; i += stride) if (Number.isFinite(own[i])) values.push(own[i]!);
  }
  return Float64Array.from(values);
}

/** Returns what of `all` lies beyond `shown`: a least, a largest value, or neither. */
export function beyondOf([low, high]: Ends = NOTHING, [from, to]: Ends): { least?: number; largest?: number } {
  return { ...(low < from ? { least: low } : {}), ...(high > to ? { largest: high } : {}) };
}
