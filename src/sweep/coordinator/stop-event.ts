import type { RunEvent } from "../../core/types.ts";
import { decodeNumber } from "../../feed/protocol/number.ts";
import type { StopVerdict } from "../place/attempts.ts";

/** The event of a run that its sweep stopped before its last step. */
export const STOPPED_EARLY = "stopped_early";

/** Returns the event that says why a trial was stopped after `done` steps. */
export function stopEvent(verdict: StopVerdict, at: number, done: number): RunEvent {
  const step = Math.max(0, done - 1);
  return { kind: "event", at, level: "info", name: STOPPED_EARLY, step, message: reasonOf(verdict), data: verdict };
}

/** Writes a verdict for people: `stopped early: at step 120 loss was 2.1, worse than 1.2, the median of 5 trials`. */
export function reasonOf({ rule, metric, step, value, bound, trials }: StopVerdict): string {
  const had = `stopped early: at step ${step} ${metric} was ${short(decodeNumber(value))}`;
  if (rule === "median") return `${had}, worse than ${short(bound ?? Infinity)}, the median of ${trials} trials`;
  return `${had}, more than ${short(bound ?? Infinity)}, ten times what it was at first`;
}

const short = (value: number): string =>
  Number.isFinite(value) ? String(Number(value.toPrecision(4))) : String(value);
