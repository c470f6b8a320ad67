import { connect, ignoreElements, merge, Observable, tap, type OperatorFunction } from "rxjs";
import { DivergedError, UserError } from "../core/errors.ts";
import type { Step } from "../core/live.ts";
import type { Recorded, RunEvent } from "../core/types.ts";

/** Failures after which a probe is left out for the rest of the run. */
const PATIENCE = 3;

/**
 * Measures every step with several probes, subscribing to the steps once (a plain `merge(a$, a$)` would train twice).
 *
 *     steps     --s0------------s1--------|
 *               probes(loss(), accuracy())
 *     readings  --(l0 a0)-------(l1 a1)---|
 *
 * Within a step readings come in the order of the arguments. A probe that throws does not end training: it gives an
 * event, and after three failures it is disabled, with an event that says so. A UserError (a layer that is not there)
 * does end it.
 */
export function probes(...measures: readonly OperatorFunction<Step, Recorded>[]): OperatorFunction<Step, Recorded> {
  return connect((steps) => merge(...measures.map((measure, i) => steps.pipe(isolated(measure, i)))));
}

function isolated(measure: OperatorFunction<Step, Recorded>, index: number): OperatorFunction<Step, Recorded> {
  return (steps) =>
    new Observable((subscriber) => {
      let failures = 0;
      let step = 0;
      let trainingFailed = false;
      const name = measure.name || `number ${index + 1}`;
      const watched = steps.pipe(tap({ next: (s) => (step = s.step), error: () => (trainingFailed = true) }));
      const warn = (event: string, message: string) => subscriber.next(warning(step, event, message));
      const attempt = () => {
        subscriber.add(
          watched.pipe(measure).subscribe({
            next: (record) => subscriber.next(record),
            error: (error: unknown) => {
              if (trainingFailed || error instanceof UserError || error instanceof DivergedError)
                return subscriber.error(error);
              failures += 1;
              const cause = error instanceof Error ? error.message : String(error);
              warn("probe_failed", `probe ${name} failed at step ${step}: ${cause}`);
              if (failures < PATIENCE) return attempt();
              warn("probe_disabled", `probe ${name} is disabled from step ${step} on, after ${failures} failures`);
              subscriber.add(steps.pipe(ignoreElements()).subscribe(subscriber));
            },
            complete: () => subscriber.complete(),
          }),
        );
      };
      attempt();
    });
}

function warning(step: number, event: string, message: string): RunEvent {
  return { kind: "event", step, at: Date.now(), level: "warning", event, message };
}
