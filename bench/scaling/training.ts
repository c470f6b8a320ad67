import { concat, connect, from, ignoreElements, lastValueFrom, merge } from "rxjs";
import { batchNorm, ics, mlp, normal, rootKey, sgd, train, vgg, type Batch, type Network } from "gradstream";
import type { OperatorFunction } from "rxjs";
import type { Recorded, Step } from "gradstream";
import type { Question, Sampler } from "./sweep.ts";

const VGG_11 = (width: number): Network => vgg({ depth: 11, width, norm: batchNorm });
/** Steps of a sample; the first step of each, which makes the network, is not counted. */
const STEPS = 3;
const UNITS = 64;

function batchesOf(size: number): Batch[] {
  const labels = Int32Array.from(new Uint8Array(size), (_zero, i) => i % 10);
  const examples = normal(rootKey(0), size * 3072, 0, 0.5);
  return Array.from({ length: STEPS + 1 }, (_, step) => ({
    step,
    epoch: 0,
    size,
    shape: [32, 32, 3],
    examples,
    labels,
  }));
}

/** Milliseconds per step of so many arms on the same batches. */
function steps(network: Network, size: number, probe?: OperatorFunction<Step, Recorded>, arms = 1): Sampler {
  const batches = batchesOf(size);
  const sample = async (): Promise<number> => {
    let begun = 0;
    const timed = batches.map((batch) => () => {
      if (batch.step === 1) begun = performance.now();
      return batch;
    });
    const arm = (shared: typeof source) => {
      const trained = shared.pipe(train(network, sgd({ learningRate: 0.01 }), { seed: 0 }));
      return probe ? trained.pipe(probe, ignoreElements()) : trained.pipe(ignoreElements());
    };
    const source = from(
      (function* () {
        for (const batch of timed) yield batch();
      })(),
    );
    const all = source.pipe(connect((shared) => merge(...Array.from({ length: arms }, () => arm(shared)))));
    await lastValueFrom(concat(all, [undefined]));
    return (performance.now() - begun) / STEPS;
  };
  return { sample };
}

const A_STEP = "a step, ms";

/** A training step against all that makes it larger. */
export const TRAINING: readonly Question[] = [
  {
    x: "filters of the first stage",
    y: A_STEP,
    title: "width: VGG-11 with BatchNorm, batch 64",
    sizes: [4, 8, 16, 32, 64],
    prepare: (width) => Promise.resolve(steps(VGG_11(width), 64)),
  },
  {
    x: "hidden layers",
    y: A_STEP,
    title: `depth: dense layers of ${UNITS} units with BatchNorm, batch 64`,
    sizes: [1, 2, 4, 8, 16, 32, 64],
    prepare: (depth) => {
      const hidden = Array.from({ length: depth }, () => UNITS);
      return Promise.resolve(steps(mlp({ hidden, norm: batchNorm }), 64));
    },
  },
  {
    x: "examples of a batch",
    y: A_STEP,
    title: "batch: VGG-11 of 8 filters with BatchNorm",
    sizes: [8, 16, 32, 64, 128, 256, 512],
    prepare: (size) => Promise.resolve(steps(VGG_11(8), size)),
  },
  {
    x: "layers whose shift is read at each step",
    y: A_STEP,
    title: "probes: ICS, VGG-11 of 8 filters with BatchNorm, batch 64",
    sizes: [1, 2, 4, 8],
    prepare: (layers) =>
      Promise.resolve(steps(VGG_11(8), 64, ics({ layers: Array.from({ length: layers }, (_, i) => i + 2) }))),
  },
  {
    x: "arms in one thread",
    y: "a step of all of them, ms",
    title: "arms: VGG-11 of 8 filters with BatchNorm, batch 64, on the same batches",
    sizes: [1, 2, 4, 8],
    prepare: (arms) => Promise.resolve(steps(VGG_11(8), 64, undefined, arms)),
  },
];
