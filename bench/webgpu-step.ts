import * as tf from "@tensorflow/tfjs-core";
import { concat, from, ignoreElements, lastValueFrom, tap } from "rxjs";
import { batchNorm, loss, normal, probes, rootKey, sgd, train, vgg, type Batch, type Step } from "gradstream";
import { startBackend } from "../src/backend/start.ts";
import { machine } from "./measure.ts";

// What a training step asks of a GPU: programs dispatched, submissions, bytes read back. These do not depend on
// the GPU, nor but for the bytes on the width, so that they can be counted on one that computes on the processor.
// Arguments: depth, width, batch.
const [depth = 16, width = 4, size = 4] = process.argv.slice(2).map(Number);
const STEPS = 4;

interface Counts {
  dispatches: number;
  submits: number;
  read: number;
  readonly programs: Map<string, number>;
}

/** Counts what the backend's device is asked, from now on. */
function count(): Counts {
  const counts: Counts = { dispatches: 0, submits: 0, read: 0, programs: new Map() };
  const backend = tf.backend() as unknown as {
    readonly queue: { submit: (buffers: unknown) => void };
    runWebGPUProgram: (program: { shaderKey: string }, ...rest: unknown[]) => unknown;
    getBufferData: (buffer: { readonly size: number }) => unknown;
  };
  const { queue } = backend;
  const [submit, run, read] = [queue.submit, backend.runWebGPUProgram, backend.getBufferData];
  queue.submit = (buffers) => {
    counts.submits++;
    submit.call(queue, buffers);
  };
  backend.runWebGPUProgram = (program, ...rest) => {
    const name = /^(?:gradstream_)?[a-zA-Z0-9]+/.exec(program.shaderKey)?.[0] ?? program.constructor.name;
    counts.dispatches++;
    counts.programs.set(name, (counts.programs.get(name) ?? 0) + 1);
    return run.call(backend, program, ...rest);
  };
  backend.getBufferData = (buffer) => {
    counts.read += buffer.size;
    return read.call(backend, buffer);
  };
  return counts;
}

console.log(`${machine()}, ${await startBackend("webgpu")}\n`);
const batches = Array.from({ length: STEPS }, (_, step): Batch => {
  const labels = Int32Array.from({ length: size }, (_zero, i) => i % 10);
  const examples = normal(rootKey(step), size * 3072, 0, 0.5);
  return { step, epoch: 0, size, shape: [32, 32, 3], examples, labels };
});
for (const norm of [undefined, batchNorm]) {
  let counts: Counts | undefined;
  const first = tap<Step>(() => (counts ??= count()));
  const network = vgg({ depth, width, ...(norm && { norm }) });
  const training = from(batches).pipe(train(network, sgd({ learningRate: 0.01 }), { seed: 0 }), first, probes(loss()));
  await lastValueFrom(concat(training.pipe(ignoreElements()), [undefined]));
  const { dispatches, submits, read, programs } = counts!;
  const steps = STEPS - 1;
  console.log(`${norm ? "with BatchNorm" : "standard"}: ${(dispatches / steps).toFixed(1)} programs a step,`);
  console.log(`  ${(submits / steps).toFixed(1)} submissions, ${(read / steps).toFixed(0)} bytes read back`);
  for (const [name, times] of [...programs].sort(([, a], [, b]) => b - a))
    console.log(`  ${(times / steps).toFixed(1).padStart(8)}  ${name}`);
}
