import { describe, expect, it } from "vitest";
import { batches, fromArrays, fromIterable, mlp, rootKey, trialContext, UserError, type ArraysOptions } from "gradstream";
import { take } from "rxjs";
import { shared } from "../../src/run/runner/shared-data.ts";
import { collect } from "../fixtures/streams.ts";

describe("fromArrays", () => {
  it("takes lists and typed arrays alike", () => {
    const lists = fromArrays({ examples: [[[1, 2]], [[3, 4]], [[5, 6]]], labels: [2, 0, 1], test: 0 });
    const typed = fromArrays({ examples: Float64Array.from([1, 2, 3, 4, 5, 6]), shape: [1, 2], labels: Int32Array.from([2, 0, 1]), test: 0 });
    expect(lists).toMatchObject({ shape: [1, 2], classes: ["0", "1", "2"], train: { count: 3 }, test: { count: 0 } });
    expect(typed).toEqual(lists);
    expect(lists.name).toMatch(/^own arrays@[0-9a-f]{12}$/);
  });

  it("scales bytes and takes numbers as they are", async () => {
    const bytes = fromArrays({ examples: Uint8Array.from([0, 255]), shape: [1], labels: [0, 1], test: 0 });
    const numbers = fromArrays({ examples: [0, 255], labels: [0, 1], test: 0 });
    const first = async (data: typeof bytes) =>
      (await collect(batches(data.train, { size: 2, key: rootKey(0), limit: 1 })))[0]!.examples.toSorted();
    expect([...(await first(bytes))]).toEqual([-1, 1]);
    expect([...(await first(numbers))]).toEqual([0, 255]);
  });

  it("deals several targets an example, in batches, chunks and shared memory", async () => {
    const rows = Array.from({ length: 10 }, (_, i) => i);
    const data = shared(
      fromArrays({ examples: rows.map((i) => [i, -i]), targets: rows.map((i) => [i / 2, i / 4, i]), test: 0.3, name: "halves" }),
    );
    const context = trialContext({ arm: { network: mlp() }, seed: 0, data });
    const dealt = await collect(context.batches({ size: 3 }).pipe(take(4)));
    for (const { examples, labels, size } of dealt) {
      expect(labels).toBeInstanceOf(Float32Array);
      for (let i = 0; i < size; i++) {
        const x = examples[2 * i]!;
        expect([...labels.slice(3 * i, 3 * i + 3)]).toEqual([x / 2, x / 4, x]);
      }
    }
    const [held] = [...context.test()];
    expect([held!.size, held!.labels.length]).toEqual([3, 9]);
    expect([...context.trainingSet({ images: 2 })][0]!.labels).toHaveLength(6);
    expect(dealt[0]!.source).toBe(data.name);
  });

  it("knows 65,536 classes", () => {
    const { train, classes } = fromArrays({ examples: [1, 2], labels: [0, 65_535], test: 0 });
    expect([...train.labels]).toEqual([0, 65_535]);
    expect(classes).toHaveLength(65_536);
  });

  it.each<[string, ArraysOptions, string]>([
    ["no labels", { examples: [[1]] }, "fromArrays: give either labels (classes) or targets (numbers)"],
    ["unequal lengths", { examples: [[1], [2]], labels: [0] }, "fromArrays: has labels of 1 examples, but fromArrays has 2 examples"],
    ["ragged examples", { examples: [[1, 2], [3]], labels: [0, 1] }, "fromArrays: examples[1] has 1 values, but the first has 2"],
    ["mixed types", { examples: [[1, 2], [3, "x" as never]], labels: [0, 1] }, 'fromArrays: examples[1][1] is "x", not a number'],
    ["NaN", { examples: [[1, 2], [3, NaN]], labels: [0, 1] }, "fromArrays: value 1 of example 1 is NaN, no finite float32"],
    ["a target beyond float32", { examples: [[1]], targets: [1e39] }, "fromArrays: target 0 of example 0 is 1e+39, no finite float32"],
    ["a label above the classes", { examples: [[1], [2]], labels: [0, 2], classes: ["a", "b"] }, "the label of example 1 is 2, expected 0 to 1"],
    ["nothing", { examples: [], labels: [] }, "fromArrays: labels: there are none"],
    ["no shape", { examples: Float32Array.of(1, 2), labels: [0] }, "2 values do not divide into examples of no shape; give shape"],
    ["another test shape", { examples: [[1, 2]], labels: [0], test: { examples: [[1]], labels: [0] } }, "own arrays: trains on numbers of [2] with a class each and tests on numbers of [1]"],
  ])("refuses %s in one line", (_, options, message) => {
    const made = () => fromArrays(options);
    expect(made).toThrow(UserError);
    expect(made).toThrow(message);
  });
});

describe("fromIterable", () => {
  async function* rows(count: number) {
    for (let i = 0; i < count; i++) {
      await Promise.resolve();
      yield { values: [i, 10 * i], label: i % 3 };
    }
  }

  it("makes batches of what comes one by one, the same for each subscriber", async () => {
    const stream = fromIterable(() => rows(7), { size: 3, name: "rows" });
    const seen = await collect(stream);
    expect(seen.map(({ step, epoch, size, shape, source }) => [step, epoch, size, shape, source])).toEqual([
      [0, 0, 3, [2], "rows"],
      [1, 0, 3, [2], "rows"],
    ]);
    expect([...seen[1]!.examples]).toEqual([3, 30, 4, 40, 5, 50]);
    expect(seen[1]!.labels).toEqual(Int32Array.from([0, 1, 2]));
    expect(await collect(stream)).toEqual(seen);
  });

  it("takes targets, and ends its source when nobody listens", async () => {
    let isOver = false;
    function* endless() {
      try {
        for (let i = 0; ; i++) yield { values: Float32Array.of(i), target: i / 2 };
      } finally {
        isOver = true;
      }
    }
    const [batch] = await collect(fromIterable(endless, { size: 2 }).pipe(take(1)));
    expect(batch!.labels).toEqual(Float32Array.of(0, 0.5));
    await expect.poll(() => isOver).toBe(true);
  });

  it.each([
    ["unequal lengths", { values: [1], label: 0 }, "fromIterable: example 1 has 1 values, not those of [2]"],
    ["a target among classes", { values: [1, 2], target: 3 }, "fromIterable: example 1 has 1 targets, but the first has none"],
    ["a label that is none", { values: [1, 2], label: -1 }, "fromIterable: example 1 has label -1; it must be a class"],
  ])("refuses %s", async (_, odd, message) => {
    const stream = fromIterable(() => [{ values: [1, 2], label: 0 }, odd], { size: 2 });
    await expect(collect(stream)).rejects.toThrow(message);
  });
});
