import type { Points } from "./points.ts";

/** Spans of the running mean that are offered, in steps. */
export const SPANS: readonly number[] = [0, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000];

/**
 * Computes a running mean that forgets by steps, not by readings: a reading `d` steps ago weighs exp(-2 d / span).
 * Unbiased from the first. A reading that is not finite gives NaN and is left out of what follows.
 */
export function smooth({ x, y, length }: Points, span: number): Points {
  const out = new Float64Array(length);
  let sum = 0;
  let weight = 0;
  let before = length > 0 ? x[0]! : 0;
  for (let i = 0; i < length; i++) {
    const value = y[i]!;
    if (!Number.isFinite(value)) {
      out[i] = NaN;
      continue;
    }
    const keep = Math.exp((-2 * (x[i]! - before)) / span);
    before = x[i]!;
    sum = keep * sum + value;
    weight = keep * weight + 1;
    out[i] = sum / weight;
  }
  return { x, y: out, length };
}
