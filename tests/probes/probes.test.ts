import * as tf from "@tensorflow/tfjs";
import { map } from "rxjs";
import { describe, expect, it } from "vitest";
import { UserError } from "../../src/core/errors.ts";
import type { Step } from "../../src/core/live.ts";
import type { Histogram, Reading } from "../../src/core/types.ts";
import { startBackend } from "../../src/backend/start.ts";
import { accuracy } from "../../src/probes/accuracy.ts";
import { histogram } from "../../src/probes/histogram.ts";
import { loss } from "../../src/probes/loss.ts";
import { moments } from "../../src/probes/moments.ts";
import { probeContract, toyTraining } from "../contracts/probe.ts";
import { onEachBackend } from "../fixtures/backends.ts";
import { collect, valuesOf } from "../fixtures/streams.ts";
import { toyBatch, toyBatches } from "../fixtures/toy-batches.ts";

/** The activations of one layer at one step, as plain rows. */
const rowsOf = (layer: number, site = "norm") =>
  map((s: Step) => s.activations.find((a) => a.layer === layer && a.site === site)!.value.arraySync() as number[][]);

const test = [toyBatch(50), toyBatch(51, { size: 5 })];

onEachBackend(() => {
  describe("contract: loss", () => probeContract("loss", (when) => loss(when ? { when } : {})));
  describe("contract: accuracy", () => probeContract("accuracy", (when) => accuracy(when ? { when } : {})));
  describe("contract: test accuracy", () =>
    probeContract("accuracy", (when) => accuracy({ test, ...(when ? { when } : {}) })));
  describe("contract: moments", () =>
    probeContract("moments", (when) => moments({ layers: [1, 2], ...(when ? { when } : {}) })));
  describe("contract: histogram", () =>
    probeContract("histogram", (when) => histogram({ layers: [1], ...(when ? { when } : {}) })));

  it("loss: the data loss alone, and with the penalty", async () => {
    const records = await collect(toyBatches(3).pipe(toyTraining(), loss()));
    const slow = await collect(
      toyBatches(3).pipe(
        toyTraining(),
        map((s) => {
          const logits = s.logits.arraySync() as number[][];
          const total = logits.reduce((sum, row, i) => {
            return sum + Math.log(row.reduce((z, v) => z + Math.exp(v), 0)) - row[s.batch.labels[i]!]!;
          }, 0);
          const squares = Object.values(s.params).flatMap((p) => [...p.dataSync()]);
          return { loss: total / logits.length, penalty: 0.5e-3 * squares.reduce((sum, w) => sum + w * w, 0) };
        }),
      ),
    );
    valuesOf(records, "loss").forEach((value, i) => expect(value).toBeCloseTo(slow[i]!.loss, 5));
    valuesOf(records, "penalized_loss").forEach((value, i) =>
      expect(value).toBeCloseTo(slow[i]!.loss + slow[i]!.penalty, 5),
    );
    expect(valuesOf(records, "penalized_loss")).toHaveLength(3);
  });

  it("accuracy: of the minibatch as training saw it, and of the test set in evaluation mode", async () => {
    const records = await collect(toyBatches(3).pipe(toyTraining(), accuracy()));
    const tested = await collect(toyBatches(3).pipe(toyTraining(), accuracy({ test })));
    const hits = (logits: tf.Tensor, labels: ArrayLike<number>) =>
      (logits.arraySync() as number[][]).filter((row, i) => row.indexOf(Math.max(...row)) === labels[i]).length;
    const slow = await collect(
      toyBatches(3).pipe(
        toyTraining(),
        map((s) => ({
          batch: hits(s.logits, s.batch.labels) / s.batch.size,
          test: test.reduce((sum, t) => sum + hits(s.predict(t.examples, t.size), t.labels), 0) / 13,
        })),
      ),
    );
    expect(valuesOf(records, "accuracy").map((v) => v * 8)).toEqual(slow.map((s) => s.batch * 8));
    valuesOf(tested, "test_accuracy").forEach((value, i) => expect(value).toBeCloseTo(slow[i]!.test, 6));
    expect(
      valuesOf(
        await collect(toyBatches(1).pipe(toyTraining(), accuracy({ test, intervene: true }))),
        "intervened_test_accuracy",
      ),
    ).toHaveLength(1);
  });

  it("moments: of a layer, and of single units", async () => {
    const [rows] = await collect(toyBatches(1).pipe(toyTraining(), rowsOf(2)));
    const whole = await collect(toyBatches(1).pipe(toyTraining(), moments({ layers: [2] })));
    const units = await collect(toyBatches(1).pipe(toyTraining(), moments({ layers: [2], units: [0, 4] })));
    const of = (values: number[]) => {
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      return [mean, values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length];
    };
    const expected = [of(rows!.flat()), of(rows!.map((row) => row[0]!)), of(rows!.map((row) => row[4]!))].flat();
    const readings = [...whole, ...units] as Reading[];
    expect(readings.map(({ stat, layer, unit }) => [stat, layer, unit])).toEqual([
      ["mean", 2, undefined],
      ["variance", 2, undefined],
      ["mean", 2, 0],
      ["variance", 2, 0],
      ["mean", 2, 4],
      ["variance", 2, 4],
    ]);
    readings.forEach(({ value }, i) => expect(value).toBeCloseTo(expected[i]!, 5));
  });

  it("histogram: every value in one bin, fixed range or the step's own", async () => {
    const [rows] = await collect(toyBatches(1).pipe(toyTraining(), rowsOf(1)));
    const values = rows!.flat();
    const [own] = (await collect(
      toyBatches(1).pipe(toyTraining(), histogram({ layers: [1], bins: 7 })),
    )) as Histogram[];
    expect([own!.lo, own!.hi]).toEqual([Math.min(...values), Math.max(...values)]);
    expect(own!.counts.reduce((a, b) => a + b, 0)).toBe(values.length);
    const width = (own!.hi - own!.lo) / 7;
    const slow = (lo: number, bins: number, binWidth: number) =>
      Array.from(
        { length: bins },
        (_, b) => values.filter((v) => Math.min(bins - 1, Math.max(0, Math.floor((v - lo) / binWidth))) === b).length,
      );
    expect(
      own!.counts.map((c, i) => Math.abs(c - slow(own!.lo, 7, width)[i]!)).reduce((a, b) => a + b, 0),
    ).toBeLessThanOrEqual(2);
    const [fixed] = (await collect(
      toyBatches(1).pipe(toyTraining(), histogram({ layers: [1], units: [2], bins: 4, range: [-0.5, 0.5] })),
    )) as Histogram[];
    expect(fixed).toMatchObject({ layer: 1, site: "norm", unit: 2, lo: -0.5, hi: 0.5 });
    expect(fixed!.counts.reduce((a, b) => a + b, 0)).toBe(8);
    const unit = rows!.map((row) => row[2]!);
    expect(fixed!.counts[0]).toBe(unit.filter((v) => v < -0.25).length);
  });

  it.each([
    [() => moments({ layers: [9] }), "moments: no layer 9; this network has 3"],
    [() => moments({ layers: [1], units: [6] }), "moments: layer 1 has no unit 6; its units are 0 to 5"],
    [() => moments({ layers: [3] }), "moments: layer 3 (dense(3)) has no site norm"],
    [() => histogram({ layers: [4] }), "histogram: no layer 4"],
  ])("names what is not there", async (make, message) => {
    const error: unknown = await collect(toyBatches(1).pipe(toyTraining(), make())).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(UserError);
    expect((error as Error).message).toContain(message);
  });
});

it("refuses a histogram that is none", async () => {
  await startBackend("wasm");
  expect(() => histogram({ bins: 0 })).toThrow("histogram: bins must be a whole number from 1 up, not 0");
  expect(() => histogram({ range: [1, 1] })).toThrow("histogram: range must rise, not [1, 1]");
});
