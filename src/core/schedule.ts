import { UserError } from "./errors.ts";
import { checkOptions, whole } from "./options.ts";

/** When a probe measures: a plain value. Both parts may name a step; it is measured once. */
export interface Schedule {
  /** Steps 0, n, 2n, … */
  readonly every: number;
  /** One step more, usually the last: `steps - 1`. */
  readonly last?: number;
}

/** Every `n`th step, from step 0; `{ last: steps - 1 }` adds the last one. */
export function every(n: number, options: { readonly last?: number | undefined } = {}): Schedule {
  if (!Number.isInteger(n) || n < 1) throw new UserError(`every: needs a whole number of steps from 1 up, not ${n}`);
  const { last } = checkOptions<typeof options>("every", options, { last: whole(0) });
  return last === undefined ? { every: n } : { every: n, last };
}

/** Whether `schedule` names `step`. */
export function isDue(schedule: Schedule, step: number): boolean {
  return step % schedule.every === 0 || step === schedule.last;
}
