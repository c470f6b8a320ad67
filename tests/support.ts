import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "@tensorflow/tfjs";
import { from, lastValueFrom, toArray, type Observable } from "rxjs";
import { beforeEach, expect } from "vitest";
import { normal, rootKey } from "../src/core/random.ts";
import type { Batch, Reading, Recorded } from "../src/core/types.ts";
import { describeUnless } from "./fixtures/unless.ts";
import { probeBackend, startBackend, type BackendName, type BackendReport } from "../src/backend/start.ts";

const SYNCHRONOUS: BackendReport[] = [];
for (const name of ["tensorflow", "wasm", "cpu"] as const) SYNCHRONOUS.push(await probeBackend(name));

/** Runs the same tests on every backend that is there and reads synchronously; tests/contracts/backend.ts meets all. */
export function onEachBackend(define: (backend: BackendName) => void): void {
  for (const { name, available, detail } of SYNCHRONOUS) {
    describeUnless(available ? undefined : detail, name, () => {
      beforeEach(async () => {
        await startBackend(name);
      });
      define(name);
    });
  }
}

/** Checks that `f` leaves as many tensors as it found. */
export async function expectNoLeak(f: () => unknown): Promise<void> {
  const before = tf.memory().numTensors;
  await f();
  expect(tf.memory().numTensors).toBe(before);
}

export const gaussian = (shape: readonly number[], seed: number): Tensor =>
  tf.tensor(
    normal(
      rootKey(seed),
      shape.reduce((product, n) => product * n, 1),
    ),
    [...shape],
  );

export const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Largest absolute difference, relative to the largest expected value. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(actual.length).toBe(expected.length);
  let [worst, scale] = [0, 1e-6];
  for (let i = 0; i < expected.length; i++) {
    scale = Math.max(scale, Math.abs(expected[i]!));
    // NaN must not pass for small.
    const difference = Math.abs(actual[i]! - expected[i]!);
    worst = difference <= worst ? worst : difference;
  }
  return worst / scale;
}

/** A batch of Gaussian examples with labels 0, 1, … in turn. */
export function toyBatch(
  step: number,
  { size = 8, shape = [4, 4, 2], classes = 3 }: { size?: number; shape?: readonly number[]; classes?: number } = {},
): Batch {
  const examples = normal(rootKey(1000 + step), size * product(shape));
  const labels = Int32Array.from({ length: size } as ArrayLike<number>, (_, i) => i % classes);
  return { step, epoch: 0, size, shape, examples, labels };
}

export const toyBatches = (steps: number, options?: Parameters<typeof toyBatch>[1]): Observable<Batch> =>
  from(Array.from({ length: steps }, (_, step) => toyBatch(step, options)));

export const collect = <T>(source: Observable<T>): Promise<T[]> => lastValueFrom(source.pipe(toArray()));

/** The numbers of the readings of one stat, in order. */
export function valuesOf(records: readonly Recorded[], stat: string): number[] {
  return records.filter((r): r is Reading => r.kind === "reading" && r.stat === stat).map(({ value }) => value);
}

export interface Golden {
  readonly shape: number[];
  readonly values: number[];
}

export interface LayerCase {
  readonly inputs: Readonly<Record<string, Golden>>;
  readonly dy: Golden;
  readonly y: Golden;
  readonly grads: Readonly<Record<string, Golden>>;
  readonly runningBefore?: Readonly<Record<string, Golden>>;
  readonly runningAfter?: Readonly<Record<string, Golden>>;
}

/** PyTorch's values: tests/fixtures/README.md. */
export const goldens = (
  JSON.parse(readFileSync(new URL("fixtures/layers.json", import.meta.url), "utf8")) as {
    cases: Readonly<Record<string, unknown>>;
  }
).cases;

export const toTensor = ({ shape, values }: Golden): Tensor => tf.tensor(values, shape);
