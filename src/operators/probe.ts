import * as tf from "@tensorflow/tfjs";
import type { Scalar, Tensor } from "@tensorflow/tfjs";
import { Observable, type OperatorFunction } from "rxjs";
import type { Step } from "../core/live.ts";
import { every, isDue, type Schedule } from "../core/schedule.ts";
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

export interface ProbeOptions {
  /** The `probe` of its readings. */
  readonly name: string;
  readonly when?: Schedule | undefined;
  /** Called inside a tensor scope: what it creates is let go. */
  readonly measure: (step: Step) => readonly (Measurement | Measured)[];
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
export function probe({ name, when = every(1), measure }: ProbeOptions): OperatorFunction<Step, Recorded> {
  const measured: OperatorFunction<Step, Recorded> = (steps) =>
    new Observable((subscriber) =>
      steps.subscribe({
        next: (step) => {
          if (!isDue(when, step.step)) return;
          try {
            tf.tidy(() => {
              const parts = measure(step).map((one) => toMeasured(name, step.step, one));
              step.read(
                parts.flatMap(({ tensor }) => tensor ?? []),
                (values) => {
                  let next = 0;
                  for (const { tensor, records } of parts) {
                    const own = tensor ? values[next++]! : NO_VALUES;
                    for (const record of records(own)) subscriber.next(record);
                  }
                },
              );
            });
          } catch (error) {
            subscriber.error(error);
          }
        },
        error: (error) => subscriber.error(error),
        complete: () => subscriber.complete(),
      }),
    );
  return Object.defineProperty(measured, "name", { value: name });
}

const NO_VALUES = new Float32Array();

function toMeasured(
  probeName: string,
  step: number,
  one: Measurement | Measured,
): { tensor?: Tensor; records: Measured["records"] } {
  if ("records" in one) return one;
  const { value, ...place } = one;
  const reading = (number: number): Reading[] => [{ kind: "reading", step, probe: probeName, ...place, value: number }];
  return typeof value === "number"
    ? { records: () => reading(value) }
    : { tensor: value, records: (values) => reading(values[0]!) };
}
