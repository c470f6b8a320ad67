import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { map, tap, type Observable } from "rxjs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  batchNorm,
  conv,
  dense,
  flatten,
  halfSquares,
  layered,
  maxPool,
  mlp,
  probes,
  relu,
  samples,
  sgd,
  train,
  shapes10,
  trialContext,
  UserError,
  type Batch,
  type Network,
  type RunEvent,
  type Step,
} from "gradstream";
import { openStore } from "../../src/store/open-store.ts";
import { probeContract } from "../contracts/probe.ts";
import { onEachBackend } from "../fixtures/backends.ts";
import { aRun, temporaryFolder } from "../fixtures/runs.ts";
import { collect } from "../fixtures/streams.ts";
import { toyBatch, toyBatches } from "../fixtures/toy-batches.ts";

interface SamplesData {
  readonly images: readonly { readonly label: number; readonly prediction: number; readonly probability: number }[];
  readonly confusion: readonly number[];
}

const SHAPE = [4, 4, 3];
const SHAPES = shapes10({ train: 0, test: 0 }).classes;
const at = (step: number, size?: number): Batch =>
  toyBatch(step, size === undefined ? { shape: SHAPE } : { shape: SHAPE, size });
const test = [at(50), at(51, 5)];
const network = mlp({ hidden: [12], classes: 3, norm: batchNorm });
const convolved = layered("small", [
  { linear: conv({ filters: 5 }), nonlinearity: relu(), then: [maxPool(), flatten()] },
  { linear: dense({ units: 3 }) },
]);

const training = (of: Network = network) => train(of, sgd({ learningRate: 0.1 }), { seed: 1 });
const batches = (steps = 3): Observable<Batch> => toyBatches(steps, { shape: SHAPE });
const eventsOf = async (options: Parameters<typeof samples>[0], of?: Network): Promise<readonly RunEvent[]> => {
  const records = await collect(batches().pipe(training(of), probes(samples(options))));
  return records as RunEvent[];
};
/** Rows in an order of their own: those of one step have none. */
const sorted = (rows: readonly (readonly unknown[])[]): string[] => rows.map((row) => JSON.stringify(row)).sort();
const bytesOf = (text: unknown): number[] => [...Buffer.from(text as string, "base64")];

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"] }));
afterEach(() => void vi.useRealTimers());

onEachBackend(() => {
  describe("contract: samples", () =>
    probeContract("samples", (when) =>
      samples({ test: [toyBatch(50), toyBatch(51, { size: 5 })], ...(when ? { when } : {}) }),
    ));

  it("records what the first images are taken for, and the confusions of all of them", async () => {
    const expected = await collect(
      batches().pipe(
        training(),
        map((step: Step) => {
          const rows = test.flatMap(({ examples, size, labels }) => {
            const all = tf.softmax(step.predict(examples, size)).arraySync() as number[][];
            return all.map((row, i) => ({ row, label: labels[i]! }));
          });
          const named = rows.map(({ row, label }) => ({
            label,
            prediction: row.indexOf(Math.max(...row)),
            sure: Math.max(...row),
          }));
          const count = (label: number, prediction: number) =>
            named.filter((one) => one.label === label && one.prediction === prediction).length;
          const confusion = [0, 1, 2].flatMap((label) => [0, 1, 2].map((prediction) => count(label, prediction)));
          return { named, confusion };
        }),
      ),
    );
    const events = await eventsOf({ test, images: 10 });
    expect(events.map(({ step, name, level }) => [step, name, level])).toEqual([
      [0, "sample_images", "info"],
      ...[0, 1, 2].map((step) => [step, "samples", "info"]),
    ]);
    for (const [step, { named, confusion }] of expected.entries()) {
      const { message, data } = events[step + 1]!;
      expect(data).toMatchObject({ classes: 3, confusion });
      expect(confusion.reduce((sum, count) => sum + count)).toBe(13);
      const right = named.filter(({ label, prediction }) => label === prediction).length;
      expect(message).toBe(`names ${right} of 13 test images correctly`);
      const images = data!["images"] as { label: number; prediction: number; probability: number }[];
      expect(images).toHaveLength(10);
      images.forEach(({ label, prediction, probability }, i) => {
        expect([label, prediction]).toEqual([named[i]!.label, named[i]!.prediction]);
        expect(probability).toBeCloseTo(named[i]!.sure, 5);
      });
    }
  });

  it.each<[string, Network, readonly number[], (values: number[][]) => number[]]>([
    ["of convolutions", convolved, [5, 3, 3, 3], (rows) => rows.flat()],
    ["of dense layers, eight at most", network, [8, 4, 4, 3], (rows) => rows.slice(0, 8).flat()],
  ])("records the filters %s as bytes", async (_, of, shape, chosen) => {
    const kernels: number[][][] = [];
    const seen = tap(({ params }: Step) => {
      const kernel = params["layer1/kernel"]!;
      const units = kernel.shape.at(-1)!;
      kernels.push(tf.transpose(tf.reshape(kernel, [-1, units])).arraySync() as number[][]);
    });
    const records = await collect(batches(1).pipe(training(of), seen, probes(samples({ test }))));
    const filters = (records[1] as RunEvent).data!["filters"] as { shape: number[]; limit: number; bytes: string };
    const values = chosen(kernels[0]!);
    expect(filters.shape).toEqual(shape);
    expect(filters.limit).toBe(Math.max(...values.map(Math.abs)));
    expect(bytesOf(filters.bytes)).toEqual(values.map((value) => 128 + Math.round((127 * value) / filters.limit)));
  });
});

describe("samples", () => {
  it("shows the images once, from -1 to 1 or from the smallest value to the largest", async () => {
    const examples = Float32Array.from({ length: 2 * 48 }, (_, i) => (i % 2 === 0 ? -1 : 1));
    const small: Batch = { ...at(50, 2), examples, labels: Int32Array.of(2, 0) };
    const [first, ...more] = await eventsOf({ test: [small], images: 1, classes: ["cat", "dog", "owl"] });
    expect(first!.data).toMatchObject({ shape: [1, ...SHAPE], labels: [2], classes: ["cat", "dog", "owl"] });
    expect(bytesOf(first!.data!["pixels"])).toEqual(Array.from({ length: 48 }, (_, i) => (i % 2 === 0 ? 0 : 255)));
    expect(more.every(({ data }) => data!["pixels"] === undefined)).toBe(true);
    const wide: Batch = { ...small, examples: examples.map((value) => 10 + 5 * value) };
    const [stretched] = await eventsOf({ test: [wide], images: 1 });
    expect(stretched!.data!["pixels"]).toBe(first!.data!["pixels"]);
    expect(stretched!.data).not.toHaveProperty("classes");
  });

  it("names classes as their data set does, unless it is given other names", async () => {
    const data = shapes10({ train: 0, test: 10 });
    const { test: ofData } = trialContext({ arm: { network }, seed: 0, data });
    const chunk = [...ofData()][0]!;
    const own = { ...at(50, 2), classes: chunk.classes };
    const [named] = await eventsOf({ test: [own], images: 1 });
    expect(named!.data).toMatchObject({ classes: SHAPES });
    const [other] = await eventsOf({ test: [own], images: 1, classes: ["a", "b", "c"] });
    expect(other!.data).toMatchObject({ classes: ["a", "b", "c"] });
    const numbered = trialContext({ arm: { network }, seed: 0, data: { ...data, classes: ["0", "1", "2"] } });
    expect([...numbered.test()][0]).not.toHaveProperty("classes");
    expect([...trialContext({ arm: { network }, seed: 0, data }).test()][0]!.classes).toEqual(SHAPES);
  });

  it("does not fit targets and what are no images, and says so in a line", async () => {
    const targets = map((batch: Batch) => ({ ...batch, labels: new Float32Array(batch.size * 3) }));
    const regression = train(network, sgd({ learningRate: 0.01 }), { seed: 1, loss: halfSquares });
    await expect(collect(batches().pipe(targets, regression, samples({ test })))).rejects.toThrow(
      "samples: these examples have target values, not classes",
    );
    const flat = toyBatches(1, { shape: [48] }).pipe(training(), samples({ test }));
    await expect(collect(flat)).rejects.toThrow(
      "samples: needs images [height, width, channels], not examples of [48]",
    );
  });

  it("can be asked in SQL as the guide says", async () => {
    const events = await eventsOf({ test, images: 2 });
    const store = await openStore(join(temporaryFolder(), "a.duckdb"));
    await store.startRun(aRun({ runId: "r" }));
    await store.append("r", events);
    await store.flush();
    const guide = readFileSync("docs/guide/probes.md", "utf8");
    const queries = [...guide.matchAll(/```sql\n([^]*?)```/g)]
      .map(([, sql]) => sql!)
      .filter((sql) => sql.includes("samples"));
    expect(queries).toHaveLength(2);
    const [named, counted] = await Promise.all(queries.map(async (sql) => (await store.query(sql)).rows));
    await store.close();
    const found = events.slice(1).map(({ step, data }) => ({ step, ...(data as unknown as SamplesData) }));
    expect(sorted(named!)).toEqual(
      sorted(
        found.flatMap(({ step, images }) =>
          images.map(({ label, prediction, probability }) => ["r", step, label, prediction, probability]),
        ),
      ),
    );
    expect(counted).toEqual(
      found.flatMap(({ step, confusion }) =>
        confusion
          .map((count, i) => ["r", step, Math.floor(i / 3), i % 3, count])
          .filter(([, , , , count]) => count !== 0),
      ),
    );
  });

  it("refuses test sets that are empty or wrong, and too many classes", async () => {
    const of = (tested: readonly Batch[], by = network) =>
      collect(batches(1).pipe(training(by), samples({ test: tested })));
    await expect(of([])).rejects.toThrow(new UserError("samples: the test set is empty; give it examples, in chunks"));
    await expect(of([{ ...at(50), labels: new Int32Array(8).fill(3) }])).rejects.toThrow("test example 0 has label 3");
    await expect(
      of([at(50), { ...at(51), labels: Int32Array.from({ length: 8 }, (_, i) => (i === 5 ? 3 : 0)) }]),
    ).rejects.toThrow("test example 13 has label 3");
    await expect(of([{ ...at(50), examples: new Float32Array(3) }])).rejects.toThrow("samples: there are 3 values");
    await expect(of(test, mlp({ hidden: [4], classes: 101 }))).rejects.toThrow(
      "samples: shows 100 classes at most, not 101",
    );
    for (const images of [0, 65, 1.5]) {
      expect(() => samples({ test, images })).toThrow("samples: images must be a whole number from 1 to 64, not");
    }
    expect(() => samples({ test, classes: [1] as never })).toThrow("samples: classes must be a list of names, not [1]");
    expect(() => samples({} as never)).toThrow("samples: test is missing");
  });
});
