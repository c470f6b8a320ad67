import { map, of, take, type OperatorFunction } from "rxjs";
import { describe, expect, it } from "vitest";
import { horizontalFlip, labelNoise, mixup, mlp, randomCrop, shapes10, softCrossEntropy, trialContext } from "gradstream";
import { loss, sgd, train, UserError, type Batch } from "gradstream";
import { onEachBackend } from "../../fixtures/backends.ts";
import { collect, valuesOf } from "../../fixtures/streams.ts";
import { toyBatch, toyBatches } from "../../fixtures/toy-batches.ts";

const apply = async (operator: OperatorFunction<Batch, Batch>, batch: Batch): Promise<Batch> =>
  (await collect(of(batch).pipe(operator)))[0]!;
const all: readonly [string, (seed: number) => OperatorFunction<Batch, Batch>][] = [
  ["randomCrop", (seed) => randomCrop({ padding: 2, seed })],
  ["horizontalFlip", (seed) => horizontalFlip({ seed })],
  ["labelNoise", (seed) => labelNoise({ fraction: 0.5, classes: 3, seed })],
  ["mixup", (seed) => mixup({ classes: 3, seed })],
];

describe.each(all)("%s", (name, operator) => {
  it("refuses a seed that is no whole number", () => {
    expect(() => operator(0.5)).toThrow(new UserError(`${name}: seed must be a whole number, not 0.5`));
  });

  it("gives the same batch for the same seed and step, and another for another", async () => {
    const at = async (seed: number, step: number) => {
      const { examples, labels } = await apply(operator(seed), { ...toyBatch(0, { size: 64 }), step });
      return JSON.stringify([[...examples], [...labels]]);
    };
    expect(await at(0, 3)).toBe(await at(0, 3));
    expect(await at(1, 3)).not.toBe(await at(0, 3));
    // A false label stays with its example.
    if (name === "labelNoise") expect(await at(0, 4)).toBe(await at(0, 3));
    else expect(await at(0, 4)).not.toBe(await at(0, 3));
  });

  it("makes nothing of batches that nobody reads, and the same batches where a run goes on", async () => {
    const data = shapes10({ train: 40, test: 0 });
    const from = (past: number) =>
      trialContext({ arm: { network: mlp() }, seed: 0, data, past }).batches({ size: 8 }).pipe(
        map((batch) => ({ ...batch, labels: batch.labels.map((label) => label % 3) as Int32Array })),
        operator(7),
        take(6),
      );
    const [whole, resumed] = [await collect(from(0)), await collect(from(4))];
    expect(resumed.slice(4).map(({ examples }) => examples)).toEqual(whole.slice(4).map(({ examples }) => examples));
    expect(resumed.slice(4).map(({ labels }) => labels)).toEqual(whole.slice(4).map(({ labels }) => labels));
    const untouched = Object.defineProperty({ ...toyBatch(0) }, "examples", {
      get: () => {
        throw new Error("read");
      },
    });
    const lazy = await apply(operator(0), untouched);
    expect(lazy.step).toBe(0);
    expect(() => lazy.examples).toThrow("read");
  });
});

describe("randomCrop", () => {
  it("gives windows of the padded image, every shift about as often", async () => {
    const [size, side, padding] = [5000, 3, 1];
    const image = Float32Array.from({ length: side * side * 2 }, (_, i) => i);
    const examples = new Float32Array(size * image.length);
    for (let i = 0; i < size; i++) examples.set(image, i * image.length);
    const batch = { step: 0, epoch: 0, size, shape: [side, side, 2], examples, labels: new Int32Array(size) };
    const cropped = await apply(randomCrop({ padding, seed: 3, fill: -9 }), batch);
    const windows = new Map<string, number>();
    for (let down = -padding; down <= padding; down++) {
      for (let right = -padding; right <= padding; right++) {
        const window = Array.from({ length: image.length }, (_, at) => {
          const [row, column, channel] = [Math.floor(at / 6) + down, (Math.floor(at / 2) % 3) + right, at % 2];
          const isInside = row >= 0 && row < side && column >= 0 && column < side;
          return isInside ? image[(row * side + column) * 2 + channel]! : -9;
        });
        windows.set(window.join(), 0);
      }
    }
    for (let i = 0; i < size; i++) {
      const window = cropped.examples.subarray(i * image.length, (i + 1) * image.length).join();
      expect(windows.has(window)).toBe(true);
      windows.set(window, windows.get(window)! + 1);
    }
    const expected = size / 9;
    const chiSquare = [...windows.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // 8 degrees of freedom: above 26.1 one time in a thousand, and the seed is fixed.
    expect(chiSquare).toBeLessThan(26.1);
  });

  it("leaves nothing of an image that is shifted out, and refuses what is no image", async () => {
    const batch = toyBatch(0, { size: 200, shape: [1, 1, 1] });
    const { examples } = await apply(randomCrop({ padding: 3, seed: 0, fill: 0 }), batch);
    const kept = examples.filter((value, i) => value === batch.examples[i]).length;
    expect(kept).toBeGreaterThan(0);
    expect(examples.filter((value) => value === 0).length).toBe(200 - kept);
    await expect(apply(randomCrop({ padding: 1, seed: 0 }), toyBatch(0, { shape: [4] }))).rejects.toThrow(
      "randomCrop: wants images [height, width, channels], not examples of [4]",
    );
    expect(() => randomCrop({ padding: 0, seed: 0 })).toThrow("randomCrop: padding must be a whole number from 1 up");
  });
});

describe("horizontalFlip", () => {
  it("mirrors all, none or about half of the images", async () => {
    const batch = toyBatch(0, { size: 2000, shape: [2, 3, 2] });
    const mirrored = await apply(horizontalFlip({ seed: 0, probability: 1 }), batch);
    const pixel = ({ examples }: Batch, i: number, row: number, column: number) =>
      [...examples.subarray(((i * 2 + row) * 3 + column) * 2).subarray(0, 2)];
    for (const [row, column] of [[0, 0], [1, 1], [1, 2]] as const) {
      expect(pixel(mirrored, 17, row, column)).toEqual(pixel(batch, 17, row, 2 - column));
    }
    expect((await apply(horizontalFlip({ seed: 9, probability: 1 }), mirrored)).examples).toEqual(batch.examples);
    expect((await apply(horizontalFlip({ seed: 0, probability: 0 }), batch)).examples).toEqual(batch.examples);
    const some = await apply(horizontalFlip({ seed: 0 }), batch);
    const flipped = Array.from({ length: 2000 }, (_, i) => some.examples[12 * i] !== batch.examples[12 * i]);
    expect(Math.abs(flipped.filter(Boolean).length - 1000)).toBeLessThan(3.3 * Math.sqrt(500));
  });
});

describe("labelNoise", () => {
  it("replaces the fraction it is told by every other class alike, of an example the same wherever it comes", async () => {
    const batch = toyBatch(0, { size: 6000, shape: [2] });
    const noisy = await apply(labelNoise({ fraction: 0.3, classes: 3, seed: 1 }), batch);
    const shifts = [0, 0, 0];
    noisy.labels.forEach((label, i) => (shifts[(label - batch.labels[i]! + 3) % 3]! += 1));
    const within = (count: number, p: number) =>
      expect(Math.abs(count - 6000 * p)).toBeLessThan(3.3 * Math.sqrt(6000 * p * (1 - p)));
    within(shifts[0]!, 0.7);
    within(shifts[1]!, 0.15);
    within(shifts[2]!, 0.15);
    const [half, labels] = [batch.examples.slice(6000), batch.labels.slice(3000) as Int32Array];
    const later = await apply(labelNoise({ fraction: 0.3, classes: 3, seed: 1 }), { ...batch, step: 9, size: 3000, examples: half, labels });
    expect(later.labels).toEqual(noisy.labels.slice(3000));
    const odd = { ...toyBatch(0), labels: Float32Array.of(1) };
    const read = async () => (await apply(labelNoise({ fraction: 1, classes: 3, seed: 1 }), odd)).labels;
    await expect(read()).rejects.toThrow("labelNoise: wants classes, not target values");
  });
});

describe("mixup", () => {
  it.each([0.2, 1, 4])("draws its share from Beta(%d, α): mean 1/2, variance 1 / (4 (2α + 1))", async (alpha) => {
    const examples = Float32Array.of(0, 1);
    const batch = { step: 0, epoch: 0, size: 2, shape: [1], examples, labels: examples };
    // Of two examples 0 and 1 that are exchanged the first becomes 1 - λ; of ones that are not, 0 and 1.
    const mixed = await collect(
      toyBatches(8000).pipe(map(({ step }) => ({ ...batch, step })), mixup({ alpha, seed: 5 })),
    );
    const shares = mixed.flatMap((one) => (one.examples[0] === 0 && one.examples[1] === 1 ? [] : [1 - one.examples[0]!]));
    expect(Math.abs(shares.length - 4000)).toBeLessThan(200);
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / shares.length;
    const expected = 1 / (4 * (2 * alpha + 1));
    expect(Math.abs(mean - 0.5)).toBeLessThan(3.3 * Math.sqrt(expected / shares.length));
    expect(variance / expected).toBeGreaterThan(0.93);
    expect(variance / expected).toBeLessThan(1.07);
    mixed.slice(0, 20).forEach((one) => expect(one.labels).toEqual(one.examples));
  });

  it("makes probabilities of classes", async () => {
    const { labels } = await apply(mixup({ classes: 3, seed: 0 }), toyBatch(0));
    expect(labels).toHaveLength(24);
    for (let i = 0; i < 8; i++) expect([...labels].slice(3 * i, 3 * i + 3).reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 6);
    const read = async () => (await apply(mixup({ classes: 2, seed: 0 }), toyBatch(0))).labels;
    await expect(read()).rejects.toThrow("mixup: example 2 of step 0 has label 2, expected 0 to 1");
  });
});

onEachBackend(() => {
  it("train on mixed labels", async () => {
    const steps = toyBatches(3).pipe(
      mixup({ classes: 3, seed: 0 }),
      train(mlp({ hidden: [4], classes: 3 }), sgd({ learningRate: 0.1 }), { seed: 0, loss: softCrossEntropy }),
      loss(),
    );
    const values = valuesOf(await collect(steps), "loss");
    expect(values).toHaveLength(3);
    values.forEach((value) => expect(value).toBeGreaterThan(0));
  });
});
