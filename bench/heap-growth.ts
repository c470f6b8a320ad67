import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import * as tf from "@tensorflow/tfjs-core";
import { concat, ignoreElements, lastValueFrom, map, range, tap } from "rxjs";
import { accuracy, batchNorm, loss, moments, normal, norms, probes, rootKey, sgd, train, vgg } from "gradstream";
import { type BackendName, startBackend } from "../src/backend/start.ts";
import { machine } from "./measure.ts";
import { slopeOf } from "./scaling/sweep.ts";

// What a training leaves behind: heap after a collection of garbage, tensors and their bytes, every thousandth step.
const [backend = "wasm", steps = "20000"] = process.argv.slice(2);
const EVERY = 1000;
const BATCH = 4;

interface Mark {
  readonly step: number;
  readonly heap: number;
  readonly tensors: number;
  readonly bytes: number;
}

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** The least squares slope of values over equal steps, with its standard error. */
function growthOf(values: readonly number[]): { readonly growth: number; readonly error: number } {
  const n = values.length;
  const growth = slopeOf(values.map((value, i) => [i, value]));
  const level = values.reduce((sum, value) => sum + value, 0) / n - (growth * (n - 1)) / 2;
  const rest = values.reduce((sum, value, i) => sum + (value - level - growth * i) ** 2, 0);
  return { growth, error: Math.sqrt((12 * rest) / ((n - 2) * n * (n ** 2 - 1))) };
}

await startBackend(backend as BackendName);
const examples = normal(rootKey(0), BATCH * 3072);
const labels = Int32Array.from({ length: BATCH }, (_zero, i) => i % 10);
const marks: Mark[] = [];
const network = vgg({ depth: 11, width: 1, norm: batchNorm });
const run = range(0, Number(steps) + 1).pipe(
  map((step) => ({ step, epoch: 0, size: BATCH, shape: [32, 32, 3], examples, labels })),
  train(network, sgd({ learningRate: 0.01 }), { seed: 0 }),
  tap(({ step }) => {
    if (step % EVERY !== 0 || step === 0) return;
    collect();
    const { numTensors, numBytes } = tf.memory();
    marks.push({ step, heap: process.memoryUsage().heapUsed, tensors: numTensors, bytes: numBytes });
  }),
  probes(loss(), accuracy(), norms({ when: { every: 10 } }), moments({ layers: [2], when: { every: 10 } })),
  ignoreElements(),
);
console.log(`${machine()}, ${backend}, VGG-11 of one filter, batch ${BATCH}`);
await lastValueFrom(concat(run, [undefined]));
for (const { step, heap, tensors, bytes } of marks)
  console.log(
    `  step ${String(step).padStart(6)}: heap ${(heap / 1e3).toFixed(0)} kB, ${tensors} tensors, ${bytes} bytes`,
  );
// In the first half code is still compiled anew, and caches fill.
const { growth, error } = growthOf(marks.slice(marks.length / 2).map(({ heap }) => heap / 1e3));
const tensors = new Set(marks.map((mark) => mark.tensors));
console.log(
  `  heap grows by ${growth.toFixed(1)} kB (standard error ${error.toFixed(1)}) in ${EVERY} steps of the second half; target 0 within that`,
);
console.log(`  tensors alive: ${[...tensors].join(", ")}; target one number`);
