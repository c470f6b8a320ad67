import { UserError } from "../core/errors.ts";
import type { Recorded } from "../core/types.ts";

/** Steps whose records may still come, where a backend reads late. */
const STEPS = 4;

/** What probes of one name have recorded of the latest steps. */
export class OnceAStep {
  readonly #bySteps = new Map<number, Map<string, number>>();

  /**
   * Takes what a probe, given by its number, has recorded.
   *
   * @throws {UserError} when another probe has recorded the same stat of the same layer, unit and distance at the step.
   */
  take(record: Recorded, probe: number): void {
    if (record.kind === "event") return;
    const { kind, step, layer, unit } = record;
    const of = kind === "reading" ? [record.probe, record.stat, record.distance] : [record.site];
    const key = JSON.stringify([kind, ...of, layer, unit]);
    const taken = this.#bySteps.get(step) ?? new Map<string, number>();
    this.#bySteps.set(step, taken);
    for (const earlier of this.#bySteps.keys()) if (earlier < step - STEPS) this.#bySteps.delete(earlier);
    const owner = taken.get(key) ?? probe;
    taken.set(key, owner);
    if (owner === probe) return;
    const what = kind === "reading" ? record.stat : `histograms at ${record.site}`;
    throw new UserError(
      `it records ${what}${layer === undefined ? "" : ` of layer ${layer}`}, which probe ${owner + 1} records too; give both other layers or other steps`,
    );
  }
}
