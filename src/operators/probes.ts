import {
  connect,
  EMPTY,
  ignoreElements,
  merge,
  Observable,
  Subject,
  takeUntil,
  tap,
  type OperatorFunction,
} from "rxjs";
import { DivergedError, UserError } from "../core/errors.ts";
import type { Step } from "../core/live.ts";
import { shown } from "../core/options.ts";
import { joinedSession } from "../core/session.ts";
import type { Recorded, RunEvent } from "../core/types.ts";
import { hearingFailures } from "./failure-hearer.ts";
import { OnceAStep } from "./once-a-step.ts";
import { steeredEvents } from "./steered-events.ts";

/** Failures after which a probe is disabled for the rest of the run. */
const PATIENCE = 3;

/**
 * Measures every step with several probes, subscribing to the steps once (`merge(a$, b$)` of two probes would train
 * twice).
 *
 *     steps     --s0------------s1--------|
 *               probes(loss(), accuracy())
 *     readings  --(l0 a0)-------(l1 a1)---|
 *
 * Within a step readings come in the order of the arguments. A probe that throws does not end training: each failure
 * gives an event, and after three failures the probe is disabled, with an event. A probe that throws a UserError (it
 * does not fit the network or its data) is left out at once, with an event, as is the later of two that record the same
 * stat of the same layer at a step; when no other probe is left, the stream errors with it. What an Observable steers training with is recorded too, as an event at each step where it changes.
 *
 * @throws {UserError} when an argument is not an operator.
 *
 * @example
 * ```ts
 * import { take } from "rxjs";
 * import { accuracy, batches, every, loss, mlp, norms, probes, rootKey, sgd, shapes10, train } from "gradstream";
 *
 * await batches(shapes10({ train: 64, test: 0 }).train, { size: 32, key: rootKey(0) })
 *   .pipe(
 *     take(2),
 *     train(mlp(), sgd({ learningRate: 0.1 }), { seed: 0 }),
 *     probes(loss(), accuracy(), norms({ when: every(2) })),
 *   )
 *   .forEach((record) => console.log(record));
 * ```
 */
export function probes(...measures: readonly OperatorFunction<Step, Recorded>[]): OperatorFunction<Step, Recorded> {
  measures.forEach((measure: unknown, i) => {
    if (typeof measure === "function") return;
    throw new UserError(`probes: argument ${i + 1} is ${shown(measure)}, not a probe; call it: loss()`);
  });
  return connect((steps) => {
    const left = new Set(measures.keys());
    if (measures.length === 0) return EMPTY;
    const alike = ({ name }: Probe, i: number): boolean => measures.some((one, j) => i !== j && one.name === name);
    const once = new Map(measures.filter(alike).map(({ name }) => [name, new OnceAStep()]));
    const each = measures.map((measure, i) => steps.pipe(isolated(measure, i, left, once.get(measure.name))));
    return merge(steeredEvents(steps), ...each);
  });
}

type Probe = OperatorFunction<Step, Recorded>;

/**
 * Runs one probe so that its failures do not end training. `left` holds the numbers of the probes that still measure, `once`
 * what those of its name record, where there are several.
 */
function isolated(measure: Probe, index: number, left: Set<number>, once: OnceAStep | undefined): Probe {
  return (steps) =>
    new Observable((subscriber) => {
      const remembered = joinedSession()?.remembered;
      let failures = 0;
      let step = 0;
      let trainingFailed = false;
      const name = measure.name || `number ${index + 1}`;
      const place = `probe ${index + 1}`;
      const watched = steps.pipe(tap({ next: (s) => (step = s.step), error: () => (trainingFailed = true) }));
      const warn = (event: string, message: string) => subscriber.next(warning(step, event, message));
      const isOutside = () => !left.has(index);
      const stayOutside = () => {
        left.delete(index);
        subscriber.add(steps.pipe(ignoreElements()).subscribe(subscriber));
      };
      const leaveOut = (event: string, message: string) => {
        warn(event, message);
        stayOutside();
      };
      const inPlace = <T>(subscribe: () => T): T => (remembered ? remembered.within(place, subscribe) : subscribe());
      const attempt = () => {
        // An attempt that has failed may have readings to come, which are delivered while the next one measures.
        const superseded = new Subject<void>();
        let isCurrent = true;
        const fail = (error: unknown) => {
          if (!isCurrent) return;
          if (trainingFailed || error instanceof DivergedError) return subscriber.error(error);
          isCurrent = false;
          superseded.next();
          if (error instanceof UserError) {
            if (left.size === 1) return subscriber.error(error);
            return leaveOut("probe_left_out", leftOut(name, step, error.message));
          }
          failures += 1;
          const cause = error instanceof Error ? error.message : String(error);
          warn("probe_failed", `probe ${name} failed at step ${step}: ${cause}`);
          if (failures < PATIENCE) return attempt();
          leaveOut("probe_disabled", `probe ${name} is disabled from step ${step} on, after ${failures} failures`);
        };
        const subscribe = () =>
          watched.pipe(takeUntil(superseded), measure).subscribe({
            next: (record) => {
              try {
                once?.take(record, index);
              } catch (error) {
                return fail(error);
              }
              subscriber.next(record);
            },
            error: fail,
            complete: () => {
              if (isCurrent) subscriber.complete();
            },
          });
        subscriber.add(inPlace(() => hearingFailures(fail, subscribe)));
      };
      const forget = inPlace(() =>
        remembered?.add({
          name: `failures of ${name}`,
          save: () => ({ failures: Int32Array.of(failures), outside: Int32Array.of(isOutside() ? 1 : 0) }),
          load: ({ failures: before, outside }) => {
            failures = before![0]!;
            if (outside![0] === 1) left.delete(index);
          },
        }),
      );
      subscriber.add(forget);
      if (isOutside()) stayOutside();
      else attempt();
    });
}

function leftOut(name: string, step: number, reason: string): string {
  return `probe ${name} is left out${step === 0 ? "" : ` from step ${step} on`}: ${withoutName(reason, name)}`;
}

/** Returns a reason without the probe's name before it: `layer 2 has no kernel` for `ics: layer 2 has no kernel`. */
export function withoutName(reason: string, name: string): string {
  const [first = "", ...rest] = reason.split(": ");
  return rest.length > 0 && first.toLowerCase() === name.replaceAll("_", "") ? rest.join(": ") : reason;
}

function warning(step: number, name: string, message: string): RunEvent {
  return { kind: "event", step, at: Date.now(), level: "warning", name, message };
}
