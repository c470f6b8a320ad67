import { records } from "../../store/records.ts";
import type { Store } from "../../store/store.ts";
import { formatDuration } from "../../view/numbers.ts";
import type { Trial } from "../runner/trials.ts";

/** Reads how many seconds a trial of each arm took in the store's completed runs of this length; `undefined` for none. */
export async function secondsByArm(
  store: Store,
  experiment: string,
  steps: number,
): Promise<(arm: string) => number | undefined> {
  const rows = await records(
    store,
    // How long a run trained, which for one that was interrupted is less than the time from its start to its end.
    `SELECT arm, median(coalesce(trained / 1000, epoch(ended_at - started_at))) AS seconds
     FROM run LEFT JOIN (
       SELECT run_id, max(value) AS trained FROM reading
       WHERE probe = 'timing' AND stat = 'milliseconds' AND run_id IN (SELECT run_id FROM event WHERE name = 'resumed')
       GROUP BY run_id) USING (run_id)
     WHERE experiment = $1 AND steps = $2 AND status = 'completed' GROUP BY arm`,
    [experiment, steps],
  );
  const known = new Map(rows.map(({ arm, seconds }) => [String(arm), Number(seconds)]));
  const usual = known.size === 0 ? undefined : [...known.values()].reduce((a, b) => a + b) / known.size;
  return (arm) => known.get(arm) ?? usual;
}

/** How long a trial takes. */
export interface Lasting {
  /** Seconds from its first step to its last; undefined where that is not known. */
  readonly whole: number | undefined;
  /** Of its steps, those that are still to be done, from 0 to 1: all but of one that goes on from a checkpoint. */
  readonly share: number;
}

/** Returns how long a trial takes from where it begins. */
export function lastingOf(
  { arm, goesOn }: Pick<Trial, "arm" | "goesOn">,
  steps: number,
  secondsOf: (arm: string) => number | undefined,
): Lasting {
  return { whole: secondsOf(arm), share: goesOn === undefined ? 1 : 1 - goesOn.step / steps };
}

/** Returns the seconds that a trial takes from where it begins, 0 where that is not known. */
export const secondsLeft = ({ whole = 0, share }: Lasting): number => whole * share;

/**
 * Says how long trials take side by side, `, about 1 h 5 min`; nothing where that is known of none. One of which it is not
 * known counts as the mean of the others.
 */
export function about(trials: readonly Lasting[], jobs: number): string {
  const known = trials.flatMap(({ whole }) => (whole === undefined ? [] : [whole]));
  if (known.length === 0) return "";
  const usual = known.reduce((a, b) => a + b) / known.length;
  const total = trials.reduce((sum, { whole = usual, share }) => sum + whole * share, 0);
  return `, about ${formatDuration(Math.ceil(total / jobs)).replace(/ \d+ s$/, "")}`;
}
