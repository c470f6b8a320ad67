import * as tf from "@tensorflow/tfjs";
import type { Scalar, Tensor } from "@tensorflow/tfjs";
import { Observable, type OperatorFunction } from "rxjs";
import { spend } from "../core/cost.ts";
import type { Step } from "../core/live.ts";
import { every, isDue, type Schedule } from "../core/schedule.ts";
import type { Values } from "../core/read.ts";
import type { Reading, Recorded } from "../core/types.ts";

/** One number to be: a scalar tensor is read back when the probe has measured everything. */
export interface Measurement extends Omit<Reading, "kind" | "step" | "probe" | "value"> {
  readonly value: number | Scalar;
}

/** A tensor to be read back, and what to make of its values. */
export interface Measured {
  readonly tensor: Tensor;
  readonly records: (values: Float32Array) => readonly Recorded[];
}

/** Several tensors to be read back, and what to make of their values together. */
export interface MeasuredTogether {
  readonly tensors: readonly Tensor[];
  readonly records: (values: Values) => readonly Recorded[];
}

export interface ProbeOptions {
  /** The `probe` of its readings. */
  readonly name: string;
  readonly when?: Schedule | undefined;
  /** Called inside a tensor scope: what it creates is let go. */
  readonly measure: Measure;
}

export type Measure = (step: Step) => readonly (Measurement | Measured | MeasuredTogether)[];

/** A probe that remembers: a `measure` of its own for each training, and what lets go of what it kept. */
export interface RememberingProbeOptions extends Omit<ProbeOptions, "measure"> {
  readonly open: () => { readonly measure: Measure; readonly close?: () => void };
}

/**
 * Measures steps: `measure` turns one live step into plain readings.
 *
 *     steps     --s0----s1----s2--|
 *               probe({ name, when: every(2), measure })
 *     readings  --r0----------r2--|
 *
 * Readings come in the order in which `measure` returns them. It must not change the step: a step measured and a step
 * not measured train alike.
 */
export function probe(options: ProbeOptions | RememberingProbeOptions): OperatorFunction<Step, Recorded> {
  const { name, when = every(1) } = options;
  const measured: OperatorFunction<Step, Recorded> = (steps) =>
    new Observable((subscriber) => {
      const { measure, close }: ReturnType<RememberingProbeOptions["open"]> =
        "open" in options ? options.open() : options;
      if (close) subscriber.add(close);
      // Where the backend reads late, the last readings come after the last step.
      let [awaited, over] = [0, false];
      const fail = (error: unknown) => subscriber.error(error);
      const deliver = (parts: readonly MeasuredTogether[], values: Values): void => {
        awaited -= 1;
        try {
          for (const record of recordsOf(parts, values)) subscriber.next(record);
        } catch (error) {
          fail(error);
        }
        if (over && awaited === 0) subscriber.complete();
      };
      return steps.subscribe({
        next: (step) => {
          if (!isDue(when, step.step)) return;
          const start = performance.now();
          try {
            tf.tidy(() => {
              const parts = measure(step).map((one) => toPart(name, step.step, one));
              const tensors = parts.flatMap(({ tensors }) => tensors);
              awaited += 1;
              step.read(tensors, (values) => deliver(parts, values), fail);
            });
          } catch (error) {
            fail(error);
          }
          spend(name, performance.now() - start);
        },
        error: fail,
        complete: () => {
          over = true;
          if (awaited === 0) subscriber.complete();
        },
      });
    });
  return Object.defineProperty(measured, "name", { value: name });
}

function toPart(probeName: string, step: number, one: Measurement | Measured | MeasuredTogether): MeasuredTogether {
  if ("tensors" in one) return one;
  if ("records" in one) return { tensors: [one.tensor], records: ([values]) => one.records(values!) };
  const { value, ...place } = one;
  const reading = (number: number): Reading[] => [{ kind: "reading", step, probe: probeName, ...place, value: number }];
  return typeof value === "number"
    ? { tensors: [], records: () => reading(value) }
    : { tensors: [value], records: ([values]) => reading(values![0]!) };
}

function* recordsOf(parts: readonly MeasuredTogether[], values: Values): Generator<Recorded> {
  let next = 0;
  for (const { tensors, records } of parts) yield* records(values.slice(next, (next += tensors.length)));
}
