import type { Ends } from "../../view/scale.ts";

/** Fiftieths of the axis that a key moves the cursor by. */
const MOVES: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 };

type KeyAnswer = { readonly point: number } | { readonly zoom: readonly [from?: number, to?: number] };

/** Returns what a key asks of a chart: arrows move the cursor, + and - zoom, Escape shows all of it again. */
export function keyed(key: string, [low, high]: Ends, cursor: number | undefined): KeyAnswer | undefined {
  const here = cursor ?? high;
  const size = high - low;
  const at = key === "Home" ? low : key === "End" ? high : MOVES[key] && here + (MOVES[key] * size) / 50;
  if (at !== undefined) return { point: Math.min(high, Math.max(low, at)) };
  if (key === "+" || key === "=") return { zoom: [Math.max(low, here - size / 4), Math.min(high, here + size / 4)] };
  if (key === "-") return { zoom: [low - size / 2, high + size / 2] };
  return key === "Escape" ? { zoom: [] } : undefined;
}
