import { from, map, take, type OperatorFunction } from "rxjs";
import { beforeAll, describe, expect, it } from "vitest";
import {
  accuracy,
  deadUnits,
  dense,
  drift,
  effectiveRank,
  flatten,
  gradientConfusion,
  gradientNoiseScale,
  halfSquares,
  histogram,
  ics,
  identity,
  layered,
  loss,
  mlp,
  moments,
  norms,
  probe,
  probes,
  sgd,
  startBackend,
  theory,
  train,
  UserError,
  type Batch,
  type Recorded,
  type RunEvent,
  type Step,
} from "gradstream";
import { collect } from "../fixtures/streams.ts";
import { expectNoLeak } from "../fixtures/tensors.ts";
import { toyBatch, toyBatches } from "../fixtures/toy-batches.ts";

beforeAll(async () => {
  await startBackend("wasm");
});

type Probe = OperatorFunction<Step, Recorded>;
type Training = OperatorFunction<Batch, Step>;

const plain = (): Training => train(mlp({ hidden: [4], classes: 3 }), sgd({ learningRate: 0.1 }), { seed: 0 });
const kernelless = (): Training =>
  train(
    layered("kernelless", [{ linear: flatten(), nonlinearity: identity() }, { linear: dense({ units: 3 }) }]),
    sgd({ learningRate: 0.1 }),
    { seed: 0 },
  );
const regression = (): Training => (batches) =>
  batches.pipe(
    map((batch) => ({ ...batch, labels: new Float32Array(batch.size * 3) })),
    train(mlp({ hidden: [4], classes: 3 }), sgd({ learningRate: 0.1 }), { seed: 0, loss: halfSquares }),
  );

const MISFITS: readonly (readonly [name: string, make: () => Probe, training: () => Training, reason: string])[] = [
  ["ics", () => ics(), kernelless, "ics: layer 1 has no kernel"],
  ["ics", () => ics({ layers: [1], parameters: "all" }), kernelless, "ics: layer 1 has no parameters"],
  ["ics", () => ics({ layers: [3] }), plain, "ics: no layer 3; this network has 2"],
  ["theory", () => theory(), plain, "theory: no layer of this network has a batchNorm; build it with norm: batchNorm"],
  ["norms", () => norms({ layers: [7] }), plain, "norms: no layer 7; this network has 2"],
  [
    "moments",
    () => moments({ layers: [2] }),
    plain,
    "moments: layer 2 (dense(3)) has no site norm, only linear, output",
  ],
  [
    "histogram",
    () => histogram({ layers: [1], units: [4] }),
    plain,
    "histogram: layer 1 has no unit 4; its units are 0 to 3",
  ],
  ["drift", () => drift({ units: { random: 5 } }), plain, "drift: cannot draw 5 units of layer 1, which has 4"],
  ["dead_units", () => deadUnits({ layers: [3] }), plain, "deadUnits: no layer 3; this network has 2"],
  ["effective_rank", () => effectiveRank({ layers: [] }), plain, "effectiveRank: layers is empty; name some"],
  [
    ...(["accuracy", () => accuracy(), regression] as const),
    "accuracy: these examples have target values, not classes; leave it out, or use loss()",
  ],
];

const readingsOf = (records: readonly Recorded[]) => records.filter((record) => record.kind === "reading");

describe("a probe that does not fit", () => {
  it.each(MISFITS)("%s is left out at the first step, and the others go on", async (name, make, training, reason) => {
    await expectNoLeak(async () => {
      const records = await collect(toyBatches(3).pipe(training(), probes(loss(), make())));
      expect(readingsOf(records).map(({ step }) => step)).toEqual([0, 1, 2]);
      expect(records.filter((record) => record.kind === "event")).toMatchObject([
        {
          step: 0,
          level: "warning",
          name: "probe_left_out",
          message: `probe ${name} is left out: ${reason.replace(/^\w+: /, "")}`,
        },
      ]);
    });
  });

  it.each(MISFITS)(
    "%s ends the training with the reason when there is no other",
    async (_name, make, training, reason) => {
      await expectNoLeak(async () => {
        await expect(collect(toyBatches(3).pipe(training(), probes(make())))).rejects.toThrow(new UserError(reason));
        await expect(collect(toyBatches(3).pipe(training(), make()))).rejects.toThrow(new UserError(reason));
      });
    },
  );

  it("is found at the first step, whenever it would measure, and for a batch of any size", async () => {
    const odd = toyBatches(3, { size: 7 }).pipe(
      plain(),
      probes(loss(), gradientNoiseScale({ when: { every: 100, last: 2 } })),
    );
    const events = (await collect(odd)).filter((record): record is RunEvent => record.kind === "event");
    expect(events.map(({ step, message }) => [step, message])).toEqual([
      [0, "probe gradient_noise_scale is left out: needs an even batch of 4 examples or more, not 7"],
    ]);
  });

  it("is not asked at later steps whose batch is of another size that does not fit", async () => {
    const sizes = [8, 7, 8, 1, 12];
    await expectNoLeak(async () => {
      const batches = from(sizes.map((size, step) => toyBatch(step, { size })));
      const records = await collect(
        batches.pipe(plain(), probes(loss(), gradientNoiseScale(), gradientConfusion({ parts: 4 }))),
      );
      expect(records.filter(({ kind }) => kind === "event")).toEqual([]);
      const stepsOf = (probe: string) => readingsOf(records).filter((record) => record.probe === probe && record.stat === probe).map(({ step }) => step); // prettier-ignore
      expect(["loss", "gradient_noise_scale", "gradient_confusion"].map(stepsOf)).toEqual([
        [0, 1, 2, 3, 4],
        [0, 2, 4],
        [0, 2, 4],
      ]);
    });
  });

  it.each([
    [0, 1.5],
    [-1, 2],
    [4, 9],
    [3, 3],
  ] as const)("is told that %s to %s is no part of a batch", async (...range) => {
    // prettier-ignore
    const own = probe({ name: "own", measure: (step) => [{ stat: "a", value: step.lossAndGradients(step.params, { range }).loss }] }); // prettier-ignore
    const message = `range [${range.join(", ")}] is no part of a batch of 8 examples`;
    const records = await collect(toyBatches(1).pipe(plain(), probes(loss(), own)));
    expect(records.filter(({ kind }) => kind === "event")).toMatchObject([{ message: expect.stringContaining(message) as string }]); // prettier-ignore
  });

  it("may be one of the user's own, and knows what it measures before it does", async () => {
    const known: unknown[] = [];
    const own = probe({
      name: "own",
      fits: ({ layers, shapes, unitsOf, batch, lossName, hasPenalty }) => {
        known.push(layers.length, shapes["layer1/kernel"], unitsOf(1, "norm"), unitsOf(2, "norm"));
        known.push(batch.size, batch.shape, lossName, hasPenalty);
        return "own: not today";
      },
      measure: () => expect.unreachable("does not fit"),
    });
    await collect(toyBatches(2).pipe(plain(), take(2), probes(loss(), own)));
    expect(known).toEqual([2, [32, 4], 4, undefined, 8, [4, 4, 2], "cross-entropy", false]);
  });
});
