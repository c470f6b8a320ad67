import { Pace } from "../../core/pace.ts";
import type { Recorded } from "../../core/types.ts";
import type { RunEntry } from "./registry.ts";

/** A run under way. */
export interface Feeding {
  readonly entry: RunEntry;
  readonly pace: Pace;
  pending: Recorded[];
  moved: boolean;
  /** Steps of one that ended before all were done. */
  endedAfter: number | undefined;
}

/** Makes a run under way of which nothing is published yet. */
export const feedingOf = (entry: RunEntry): Feeding => ({
  entry,
  pace: new Pace(),
  pending: [],
  moved: false,
  endedAfter: undefined,
});

/** Returns number, step and pace of the runs that have moved since it was asked before. */
export function progressOf(
  feedings: Iterable<Feeding>,
  now: number,
): readonly (readonly [run: number, step: number, stepsPerSecond: number | null])[] {
  const moved = [...feedings].filter((feeding) => feeding.moved);
  return moved.map((feeding) => {
    const { entry } = feeding;
    feeding.moved = false;
    const stepsPerSecond = feeding.pace.note(now, entry.state.step + 1);
    entry.state = { ...entry.state, stepsPerSecond };
    return [entry.number, entry.state.step, stepsPerSecond] as const;
  });
}
