import { stepsPerSecond } from "../../core/pace.ts";
import type { Reading, Recorded } from "../../core/types.ts";

const EVERY_MS = 1000;

/** When a step was, by the clock and by the processors. */
interface Mark {
  readonly at: number;
  readonly step: number;
  /** Microseconds that this process has computed. */
  readonly computed: number;
}

/**
 * Makes a meter that is given records as they come and, about once a second, returns readings of the probe `timing` at their last step:
 * `steps_per_second`, `milliseconds_per_step`, and of the whole process, which trains other trials too, `cpu_cores`, the number of
 * processors that it kept busy, and `memory_bytes`, what it has in memory.
 */
export function stepMeter(): (records: readonly Recorded[]) => readonly Reading[] {
  let since: Mark | undefined;
  return (records) => {
    const step = records.at(-1)?.step;
    if (step === undefined) return [];
    const now = markAt(step);
    since ??= now;
    const [elapsed, steps] = [now.at - since.at, step - since.step];
    if (elapsed < EVERY_MS || steps <= 0) return [];
    const values = {
      steps_per_second: stepsPerSecond(steps, elapsed)!,
      milliseconds_per_step: elapsed / steps,
      cpu_cores: (now.computed - since.computed) / 1000 / elapsed,
      memory_bytes: process.memoryUsage.rss(),
    };
    since = now;
    return Object.entries(values).map(([stat, value]) => ({ kind: "reading", step, probe: "timing", stat, value }));
  };
}

function markAt(step: number): Mark {
  const { user, system } = process.cpuUsage();
  return { at: performance.now(), step, computed: user + system };
}
