import type { ProbeCost } from "./snapshot.ts";
import type { Reading } from "./types.ts";

/** What the probes of a session cost. */
export class ProbeCosts {
  readonly #spent: Map<string, ProbeCost>;

  /** `before` is what they had cost when the training was interrupted. */
  constructor(before: Readonly<Record<string, ProbeCost>> = {}) {
    this.#spent = new Map(Object.entries(before));
  }

  /** Adds the cost of one call of a probe. */
  spend(probe: string, milliseconds: number): void {
    const before = this.#spent.get(probe) ?? { calls: 0, milliseconds: 0 };
    this.#spent.set(probe, { calls: before.calls + 1, milliseconds: before.milliseconds + milliseconds });
  }

  /** Returns the costs so far, by name. */
  spent(): Readonly<Record<string, ProbeCost>> {
    return Object.fromEntries(this.#spent);
  }

  /**
   * Returns the costs of all probes so far as readings of the probe `cost/<name>`: `calls` and `milliseconds`. Where
   * the backend reads late, without what the device still does.
   */
  readings(step: number): Reading[] {
    return [...this.#spent].flatMap(([probe, { calls, milliseconds }]) =>
      Object.entries({ calls, milliseconds }).map(([stat, value]) => ({
        kind: "reading" as const,
        step,
        probe: `cost/${probe}`,
        stat,
        value,
      })),
    );
  }
}
