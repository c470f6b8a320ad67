import * as tf from "@tensorflow/tfjs-core";
import type { Scalar, Tensor } from "@tensorflow/tfjs-core";
import { Observable, type OperatorFunction } from "rxjs";
import { UserError } from "../core/errors.ts";
import type { Step } from "../core/live.ts";
import { callable, checkOptions, isRecord, object, required, schedule, text, type Wanted } from "../core/options.ts";
import { every, isDue, type Schedule } from "../core/schedule.ts";
import type { TensorValues } from "../core/read.ts";
import { joinedSession } from "../core/session.ts";
import type { Setting } from "../core/setting.ts";
import type { Memory } from "../core/snapshot.ts";
import type { Histogram, Reading, Recorded } from "../core/types.ts";
import { failureHearer } from "./failure-hearer.ts";
import { settingOf } from "./setting-of.ts";

/** A reading or a histogram without the probe's name and the step, which `probe` adds. */
export type Found = Omit<Reading, "kind" | "step" | "probe"> | Omit<Histogram, "kind" | "step">;

/** A reading whose value may still be a scalar tensor, which is read back when the probe has measured everything. */
export interface Measurement extends Omit<Reading, "kind" | "step" | "probe" | "value"> {
  /** Value, or a scalar tensor of it. */
  readonly value: number | Scalar;
}

/**
 * A tensor to read back, and the function that makes records of its values. It returns values with their stats and places,
 * which become readings of this step, or records that are complete, such as events, which are recorded as they are.
 */
export interface Measured {
  /** Tensor to read back. */
  readonly tensor: Tensor;
  /** Makes records of its values. */
  readonly records: (values: Float32Array) => readonly (Found | Recorded)[];
}

/** Several tensors to read back, and the function from their values to records. */
export interface MeasuredTogether {
  /** Tensors to read back. */
  readonly tensors: readonly Tensor[];
  /** Makes records of their values, in the order of `tensors`. */
  readonly records: (values: TensorValues) => readonly (Found | Recorded)[];
}

/** Options of `probe`. */
export interface ProbeOptions {
  /** Name of the probe, `probe` of its readings. */
  readonly name: string;
  /** Steps at which to measure. Default every step. */
  readonly when?: Schedule | undefined;
  /** Options that the probe was made with, for records. Default: none. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Returns why the probe cannot measure a training, in one line, or undefined when it can. Default: it can. */
  readonly fits?: (setting: Setting) => string | undefined;
  /** Measures one step. Called inside a tensor scope, which disposes of what it creates. */
  readonly measure: Measure;
}

/** Function from a live step to measurements. */
export type Measure = (step: Step) => readonly (Measurement | Measured | MeasuredTogether)[];

/** Measures one training for a probe that keeps state between steps. */
export interface OpenProbe {
  /** Measures a step. */
  readonly measure: Measure;
  /** Disposes of what it kept. Default: nothing to dispose of. */
  readonly close?: () => void;
  /**
   * Returns what it remembers, between two steps, as numbers by name, for checkpoints. Default: none; a training with
   * this probe cannot be resumed.
   */
  readonly save?: () => Memory;
  /** Takes over what `save` returned, before the next step. Required with `save`. */
  readonly load?: (memory: Memory) => void;
}

/**
 * Options of a probe with memory: `open` gives each training a `measure` of its own, `close` disposes of what it kept,
 * and `save` and `load` carry it over an interruption.
 */
export interface RememberingProbeOptions extends Omit<ProbeOptions, "measure"> {
  /** Makes what one training measures with. */
  readonly open: () => OpenProbe;
}

/**
 * Makes a probe: an operator that turns live steps into readings.
 *
 *     steps     --s0----s1----s2--|
 *               probe({ name, when: every(2), measure })
 *     readings  --r0----------r2--|
 *
 * Readings come in the order in which `measure` returns them. `measure` must not change the step: a step that is
 * measured trains as one that is not. When `fits` gives a reason, the stream errors with it, as a UserError, at the
 * first step; later steps whose batch has another size, for which it gives one, are not measured.
 *
 * @throws {UserError} for an option that is missing or not one.
 *
 * @example
 * ```ts
 * import { take } from "rxjs";
 * import * as tf from "@tensorflow/tfjs-core";
 * import { batches, layerOf, mlp, probe, rootKey, sgd, shapes10, train } from "gradstream";
 *
 * const largestGradient = probe({
 *   name: "largest_gradient",
 *   measure: ({ grads }) =>
 *     Object.entries(grads).map(([name, g]) => ({
 *       stat: "maximum",
 *       layer: layerOf(name),
 *       value: tf.max<tf.Scalar>(tf.abs(g)),
 *     })),
 * });
 * await batches(shapes10({ train: 64, test: 0 }).train, { size: 32, key: rootKey(0) })
 *   .pipe(take(1), train(mlp(), sgd({ learningRate: 0.1 }), { seed: 0 }), largestGradient)
 *   .forEach((record) => console.log(record)); // { …, probe: "largest_gradient", stat: "maximum", layer: 1, value: … }
 * ```
 */
export function probe(options: ProbeOptions | RememberingProbeOptions): OperatorFunction<Step, Recorded> {
  checkOptions<ProbeOptions & RememberingProbeOptions>("probe", options as ProbeOptions & RememberingProbeOptions, {
    name: required(text),
    when: schedule,
    options: object,
    fits: callable,
    ...(isRecord(options) && "open" in options
      ? { open: callable, measure: unused }
      : { measure: required(callable), open: unused }),
  });
  const { name, when = every(1), options: madeWith = {}, fits } = options;
  const measured: OperatorFunction<Step, Recorded> = (steps) =>
    new Observable((subscriber) => {
      const { measure, close, save, load }: OpenProbe = "open" in options ? options.open() : options;
      if (close) subscriber.add(close);
      const session = joinedSession();
      session?.showProbe({ name, when, options: madeWith, fits });
      const forget = "open" in options ? session?.remembered.add({ name: `probe ${name}`, save, load }) : undefined;
      subscriber.add(forget);
      // Where the backend reads late, the last readings come after the last step.
      let [awaited, over] = [0, false];
      let size: number | undefined;
      const hear = failureHearer();
      const fail = (error: unknown) => {
        // Before anybody hears of it: who tries the probe again has its place.
        forget?.();
        if (awaited === 0 || !hear) return subscriber.error(error);
        over = true;
        hear(error);
      };
      const deliver = (step: number, parts: readonly MeasuredTogether[], values: TensorValues): void => {
        awaited -= 1;
        try {
          for (const found of foundIn(parts, values)) subscriber.next(stamped(found, step, name));
        } catch (error) {
          fail(error);
        }
        if (over && awaited === 0) subscriber.complete();
      };
      return steps.subscribe({
        next: (step) => {
          if (over) return;
          const start = performance.now();
          try {
            if (fits) {
              if (size === undefined) refuseMisfit(fits, step);
              else if (size !== step.batch.size && fits(settingOf(step)) !== undefined) return;
              size ??= step.batch.size;
            }
            if (!isDue(when, step.step)) return;
            tf.tidy(() => {
              const parts = measure(step).map(toPart);
              const tensors = parts.flatMap(({ tensors }) => tensors);
              awaited += 1;
              step.read(
                tensors,
                (values) => deliver(step.step, parts, values),
                (error) => subscriber.error(error),
              );
            });
            step.costs.spend(name, performance.now() - start);
          } catch (error) {
            fail(error);
          }
        },
        error: (error) => subscriber.error(error),
        complete: () => {
          over = true;
          if (awaited === 0) subscriber.complete();
        },
      });
    });
  return Object.defineProperty(measured, "name", { value: name });
}

function refuseMisfit(fits: NonNullable<ProbeOptions["fits"]>, step: Step): void {
  const reason = fits(settingOf(step));
  if (reason !== undefined) throw new UserError(reason);
}

const unused: Wanted = { what: "absent", accepts: () => false };

function toPart(one: Measurement | Measured | MeasuredTogether): MeasuredTogether {
  if ("tensors" in one) return one;
  if ("records" in one) return { tensors: [one.tensor], records: ([values]) => one.records(values!) };
  const { value, ...place } = one;
  return typeof value === "number"
    ? { tensors: [], records: () => [{ ...place, value }] }
    : { tensors: [value], records: ([values]) => [{ ...place, value: values![0]! }] };
}

function* foundIn(parts: readonly MeasuredTogether[], values: TensorValues): Generator<Found | Recorded> {
  let next = 0;
  for (const { tensors, records } of parts) yield* records(values.slice(next, (next += tensors.length)));
}

function stamped(found: Found | Recorded, step: number, probe: string): Recorded {
  if ("kind" in found) return found;
  return "counts" in found ? { kind: "histogram", step, ...found } : { kind: "reading", step, probe, ...found };
}
