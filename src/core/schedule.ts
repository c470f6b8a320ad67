import { UserError } from "./errors.ts";
import { checkOptions, whole } from "./options.ts";

/** Steps at which a probe measures, as a plain value. A step that both fields name is measured once. */
export interface Schedule {
  /** Period n: steps 0, n, 2n, … */
  readonly every: number;
  /** One further step, usually the last one: `steps - 1`. */
  readonly last?: number;
}

/**
 * Makes a schedule of every `n`th step, from step 0; `{ last: steps - 1 }` adds the last one.
 *
 * @throws {UserError} when `n` is not a whole number from 1 up, or `last` not one from 0 up.
 *
 * @example
 * ```ts
 * import { every, isDue } from "gradstream";
 *
 * const schedule = every(20, { last: 99 });
 * console.log([0, 10, 20, 99].map((step) => isDue(schedule, step))); // [ true, false, true, true ]
 * ```
 */
export function every(n: number, options: { readonly last?: number | undefined } = {}): Schedule {
  if (!Number.isInteger(n) || n < 1) throw new UserError(`every: needs a whole number of steps from 1 up, not ${n}`);
  const { last } = checkOptions<typeof options>("every", options, { last: whole(0) });
  return last === undefined ? { every: n } : { every: n, last };
}

/** Returns whether `schedule` includes `step`. */
export function isDue(schedule: Schedule, step: number): boolean {
  return step % schedule.every === 0 || step === schedule.last;
}
