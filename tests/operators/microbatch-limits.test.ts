import { map, of, tap } from "rxjs";
import type { Scalar, Tensor } from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import {
  batchNorm,
  crossEntropy,
  gradientNoiseScale,
  gradientsBackward,
  ics,
  injectNoise,
  isReading,
  loss,
  mlp,
  moments,
  probes,
  sgd,
  startBackend,
  train,
  type Batch,
  type Network,
  type RunEvent,
  type TrainOptions,
} from "gradstream";
import { collect } from "../fixtures/streams.ts";
import { toyBatch, toyBatches } from "../fixtures/toy-batches.ts";

const plain = mlp({ hidden: [6, 5], classes: 3 });
const normed = mlp({ hidden: [6, 5], classes: 3, norm: batchNorm });
const training = ({ network = plain, ...options }: Partial<TrainOptions> & { readonly network?: Network } = {}) =>
  train(network, sgd({ learningRate: 0.1, weightDecay: 1e-2 }), { seed: 1, ...options });

beforeAll(async () => {
  await startBackend("wasm");
});

describe("microbatches", () => {
  it("draw noise of their own", async () => {
    const one = toyBatch(0, { size: 1 });
    const examples = new Float32Array([...one.examples, ...one.examples]);
    const twice: Batch = { ...one, size: 2, examples, labels: Int32Array.of(1, 1) };
    const activations = injectNoise({ site: "output", nMu: 0.5, nSigma: 1, rMu: 0, rSigma: 0 });
    const logitsOf = async (microbatch?: number) => {
      const options = { activations, microbatch };
      const [logits] = await collect(
        of(twice).pipe(
          training(options),
          map((step) => [...step.logits.dataSync()]),
        ),
      );
      return [logits!.slice(0, 3), logits!.slice(3)];
    };
    const [first, second] = await logitsOf(1);
    expect(first).not.toEqual(second);
    const [alike, alikeToo] = await logitsOf();
    expect(alike).toEqual(alikeToo);
    expect(alike).toEqual(first);
  });

  it("show the activations of the first, and probes that go layer by layer are left out in a line", async () => {
    const counts: number[] = [];
    const records = await collect(
      toyBatches(1).pipe(
        training({ network: normed, microbatch: 3 }),
        tap(({ activations, microbatches }) => counts.push(microbatches, ...activations.map((a) => a.value.shape[0]))),
        probes(loss(), ics(), gradientsBackward(), gradientNoiseScale(), moments()),
      ),
    );
    expect(new Set(counts)).toEqual(new Set([3]));
    const events = records.filter((one): one is RunEvent => one.kind === "event");
    const reason =
      "a step of 3 microbatches cannot be evaluated layer by layer; leave it out, or train without microbatch";
    expect(events.map(({ name, message }) => [name, message])).toEqual([
      ["probe_left_out", `probe ics is left out: ${reason}`],
      ["probe_left_out", `probe gradients_backward is left out: ${reason}`],
      [
        "probe_left_out",
        "probe gradient_noise_scale is left out: a step of 3 microbatches cannot be divided at examples 0 and 4",
      ],
    ]);
    expect(new Set(records.filter(isReading).map(({ probe }) => probe))).toEqual(new Set(["loss", "moments"]));
  });

  it("need a whole number, and a loss that says how it adds up", async () => {
    for (const microbatch of [0, 2.5, NaN, "all" as never]) {
      expect(() => training({ microbatch })).toThrow("train: microbatch must be a whole number from 1 up, not");
    }
    const own = (outputs: Tensor, labels: Tensor): Scalar => crossEntropy(outputs, labels);
    await expect(collect(toyBatches(1).pipe(training({ loss: own, microbatch: 3 })))).rejects.toThrow(
      'train: microbatch: the loss does not say how those of microbatches add up; give it a reduction, "mean" or "sum"',
    );
    expect(await collect(toyBatches(1).pipe(training({ loss: own, microbatch: 8 }), loss()))).toHaveLength(3);
  });

  it("name the example with a label that is no class by its place in the batch", async () => {
    const wrong = map((batch: Batch) => ({ ...batch, labels: batch.labels.map((one, i) => (i === 6 ? 9 : one)) }));
    await expect(collect(toyBatches(1).pipe(wrong, training({ microbatch: 3 })))).rejects.toThrow(
      "example 6 of the batch has label 9",
    );
  });
});
