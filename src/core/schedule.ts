import { UserError } from "./errors.ts";
import { checkOptions, whole } from "./options.ts";

/** When a probe measures, as a plain value. A step that both parts name is measured once. */
export interface Schedule {
  /** Period n: steps 0, n, 2n, … */
  readonly every: number;
  /** One further step, usually the last: `steps - 1`. */
  readonly last?: number;
}

/** Schedules every `n`th step, from step 0; `{ last: steps - 1 }` adds the last one. */
export function every(n: number, options: { readonly last?: number | undefined } = {}): Schedule {
  if (!Number.isInteger(n) || n < 1) throw new UserError(`every: needs a whole number of steps from 1 up, not ${n}`);
  const { last } = checkOptions<typeof options>("every", options, { last: whole(0) });
  return last === undefined ? { every: n } : { every: n, last };
}

/** Tells whether `schedule` includes `step`. */
export function isDue(schedule: Schedule, step: number): boolean {
  return step % schedule.every === 0 || step === schedule.last;
}
