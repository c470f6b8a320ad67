import type { Reading } from "./types.ts";

/** What probes have taken of this thread's time: a thread trains one trial. */
const spent = new Map<string, { calls: number; milliseconds: number }>();

/** Adds one call of a probe. */
export function spend(probe: string, milliseconds: number): void {
  const before = spent.get(probe) ?? { calls: 0, milliseconds: 0 };
  spent.set(probe, { calls: before.calls + 1, milliseconds: before.milliseconds + milliseconds });
}

/** So far, of the probe `cost/<name>`: `calls` and `milliseconds` in all. Where the backend reads late, without what the device still does. */
export function costReadings(step: number): Reading[] {
  return [...spent].flatMap(([probe, cost]) =>
    Object.entries(cost).map(([stat, value]) => ({
      kind: "reading" as const,
      step,
      probe: `cost/${probe}`,
      stat,
      value,
    })),
  );
}
