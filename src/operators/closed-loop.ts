import { BehaviorSubject, Observable, Subject, type OperatorFunction } from "rxjs";
import { UserError } from "../core/errors.ts";
import { isRecord, shown } from "../core/options.ts";
import { isReading } from "../core/recorded.ts";
import { joinedSession } from "../core/session.ts";
import type { Reading, Recorded, RunEvent } from "../core/types.ts";

/** Numbers that readings steer, by names of one's own. */
export type Knobs = Readonly<Record<string, number>>;

/** A policy's answer to readings: other values of some of the numbers, or an end of the run. */
export type Steer<K extends Knobs> = { readonly [Name in keyof K]?: number } | "end";

/** The numbers over time, for `train` and interventions. */
export interface Loop<K extends Knobs> {
  /** Each number as an Observable that has a value at once. */
  readonly now: { readonly [Name in keyof K]: Observable<number> };
  /** Emits when the policy ends the run, for `takeUntil` before `train`. */
  readonly end: Observable<void>;
}

/**
 * Trains in a closed loop: the readings of a run steer it, from the step after them on.
 *
 *     run's records  --r0----r1----r2----r3--|
 *     policy         --------{ rate: 0.01 }-------
 *     rate           0.1-----0.01-----------------
 *
 * `policy` turns the readings into changes of the numbers of `initial`, or into `"end"`; `run` makes the records from the
 * numbers over time. What reaches training is recorded (`probes`, events `steered`), and so is the end (event `ended`), so
 * that `gradstream run --replay` trains the run again, bit for bit, without asking the policy.
 *
 * The stream errors with UserError for a change of what is not in `initial`, or to what is not a number.
 *
 * @throws {UserError} when `initial` has anything but numbers.
 *
 * @example
 * ```ts
 * import { filter, map, take, takeUntil } from "rxjs";
 * import { batches, closedLoop, loss, mlp, probes, rootKey, sgd, shapes10, train } from "gradstream";
 *
 * const data = shapes10({ train: 64, test: 0 }).train;
 * await closedLoop(
 *   { rate: 0.5 },
 *   (readings) => readings.pipe(filter(({ stat, value }) => stat === "loss" && value > 3), map(() => ({ rate: 0.05 }))),
 *   ({ now, end }) =>
 *     batches(data, { size: 32, key: rootKey(0) }).pipe(
 *       take(4),
 *       takeUntil(end),
 *       train(mlp({ hidden: [16] }), sgd({ learningRate: now.rate }), { seed: 0 }),
 *       probes(loss()),
 *     ),
 * ).forEach((record) => console.log(record.kind, record.step)); // event 0, reading 0, …
 * ```
 */
export function closedLoop<K extends Knobs>(
  initial: K,
  policy: OperatorFunction<Reading, Steer<K>>,
  run: (loop: Loop<K>) => Observable<Recorded>,
): Observable<Recorded> {
  const finite = isRecord(initial) && Object.values(initial).every(Number.isFinite);
  if (!finite) throw new UserError(`closedLoop: needs numbers to begin with, by name, not ${shown(initial)}`);
  return new Observable((subscriber) => {
    const session = joinedSession();
    const replay = session?.replay;
    const subjects = new Map(Object.entries(initial).map(([name, value]) => [name, new BehaviorSubject(value)]));
    const end = new Subject<void>();
    const readings = new Subject<Reading>();
    let step = 0;
    let endedAt: number | undefined;
    const finish = (): void => {
      if (endedAt !== undefined) return;
      endedAt = step;
      subscriber.next(ended(step));
      end.next();
    };
    const steer = (change: Steer<K>): void => {
      if (change === "end") return finish();
      for (const [name, value] of Object.entries(change)) {
        const subject = subjects.get(name);
        if (!subject)
          throw new UserError(`closedLoop: step ${step} changes ${name}; there are ${[...subjects.keys()].join(", ")}`);
        if (typeof value !== "number")
          throw new UserError(`closedLoop: ${name} is ${shown(value)} at step ${step}, not a number`);
        if (subject.value !== value) subject.next(value);
      }
    };
    // Without a way to say what the policy remembers, no checkpoint takes the run up again.
    subscriber.add(session?.remembered.add({ name: "closedLoop" }));
    if (!replay) {
      const steering = readings.pipe(policy).subscribe({
        next: (change) => {
          try {
            steer(change);
          } catch (error) {
            subscriber.error(error);
          }
        },
        error: (error) => subscriber.error(error),
      });
      subscriber.add(steering);
    }
    const now = Object.fromEntries([...subjects].map(([name, subject]) => [name, subject.asObservable()]));
    const records = run({ now: now as Loop<K>["now"], end: end.asObservable() });
    const training = records.subscribe({
      next: (record) => {
        // A run without takeUntil(end) has begun another step.
        if (endedAt !== undefined && record.step > endedAt) return subscriber.complete();
        ({ step } = record);
        subscriber.next(record);
        if (step === replay?.end) finish();
        else if (isReading(record)) readings.next(record);
      },
      error: (error) => subscriber.error(error),
      complete: () => subscriber.complete(),
    });
    subscriber.add(training);
  });
}

function ended(step: number): RunEvent {
  const message = `ended by its readings at step ${step}`;
  return { kind: "event", step, at: Date.now(), level: "info", name: "ended", message };
}
