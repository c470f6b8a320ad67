import { describe, expect, it } from "vitest";
import type { ClaimResult } from "../../src/paper/figure.ts";
import { chooseRuns, fileVerdicts, judgeClaims } from "../../src/paper/judge.ts";
import { SANTURKAR_2018 } from "../../src/paper/santurkar-2018/paper.ts";
import type { Store } from "../../src/store/store.ts";
import { emptyStore, jumps, record, type OurReading } from "../fixtures/paper-runs.ts";

const SEEDS = [0, 1, 2];

const judged = async (store: Store, id: string): Promise<ClaimResult> =>
  (await judgeClaims(store, SANTURKAR_2018)).find((claim) => claim.claimId === id)!;

const filed = async (store: Store, scale: string, minimumSeeds?: number): Promise<void> => {
  const options = minimumSeeds === undefined ? {} : { minimumSeeds };
  await fileVerdicts(store, SANTURKAR_2018, await judgeClaims(store, SANTURKAR_2018, options), scale);
};

/** Standard and BatchNorm of each seed jump to 95 % at these steps, or never. */
async function race(pairs: readonly (readonly [standard: number, batchNorm: number])[], steps = 1500): Promise<Store> {
  const store = await emptyStore();
  for (const [seed, [standard, batchNorm]] of pairs.entries()) {
    await record(store, { arm: "standard", seed, steps }, jumps(standard, steps));
    await record(store, { arm: "batchNorm", seed, steps }, jumps(batchNorm, steps));
  }
  return store;
}

const NEVER = Infinity;

describe("a race to 90 %", () => {
  const faster = [
    [1000, 450],
    [1000, 200],
    [1000, 400],
  ] as const;

  it("is won by the median over three seeds, with their range", async () => {
    const store = await race(faster);
    const c1 = await judged(store, "C1");
    expect(c1.verdict).toBe("reproduced");
    expect(c1.measures[0]).toMatchObject({
      measured: 0.4,
      low: 0.2,
      high: 0.45,
      threshold: 0.6,
      paperValue: 0.42,
      passed: true,
      seeds: { all: 3, passing: 3, asPaper: 2 },
    });
    expect(c1.measures[1]!.measured).toBeCloseTo(17, 9);
    expect(c1.detail).toBe("median of seeds 0, 1, 2");
  });

  it("is lost where the median is above the threshold, though one seed is not", async () => {
    const c1 = await judged(await race([[1000, 100], [600, 480], [600, 420]]), "C1"); // prettier-ignore
    expect(c1).toMatchObject({ verdict: "not reproduced" });
    expect(c1.measures.map(({ measured, passed }) => [measured, passed])).toEqual([
      [0.7, false],
      [expect.closeTo(13.6, 9), true],
    ]);
  });

  it("takes the run's length for who never arrives, and says so", async () => {
    const c1 = await judged(await race([[NEVER, 300], [1000, 400], [1000, 400]]), "C1"); // prettier-ignore
    expect(c1.measures[0]).toMatchObject({ measured: 0.4, low: 0.2, passed: true });
    expect(c1.detail).toMatch(/a bound, as one arm never got there: at most this at seed 0$/);
  });

  it("is not won by the seeds that got so far, where as many have nothing to show", async () => {
    const store = await race(faster);
    for (const seed of [3, 4, 5]) {
      await record(store, { arm: "standard", seed, steps: 1500 }, jumps(1000, 1500));
      await record(store, { arm: "batchNorm", seed, steps: 1500 }, []);
    }
    const c1 = await judged(store, "C1");
    expect(c1.verdict).toBe("not testable");
    expect(c1.detail).toMatch(/^steps to 90 % minibatch accuracy: .*: no number at seed 3, 4, 5;/);
  });

  it("is lost by who alone never arrives", async () => {
    const c1 = await judged(await race([[300, NEVER], [300, NEVER], [300, NEVER]]), "C1"); // prettier-ignore
    expect(c1).toMatchObject({
      verdict: "not reproduced",
      measures: [{ measured: 5, passed: false, seeds: { all: 3, passing: 0, asPaper: 0 } }, {}],
    });
  });

  it.each([
    ["neither arrives", NEVER, NEVER],
    ["the bound does not decide", NEVER, 1000],
  ])("is no test where %s", async (_, standard, batchNorm) => {
    // The mean over the first third cannot fail: it would decide alone.
    const store = await race([[standard, batchNorm], [standard, batchNorm], [1000, 300]]); // prettier-ignore
    const c1 = await judged(store, "C1");
    expect(c1.measures[0]).toMatchObject({ measured: null, passed: null });
    expect(c1.detail).toContain("undecided at seed 0, 1, as it was never reached");
  });

  it("is decided by two of three seeds", async () => {
    const c1 = await judged(await race([[NEVER, NEVER], [1000, 300], [1000, 400]]), "C1"); // prettier-ignore
    expect(c1.measures[0]).toMatchObject({ measured: 0.35, passed: true });
    expect(c1.verdict).toBe("reproduced");
  });

  it.each([
    [[], 1500, "no runs of learning-rates at lr 0.1: batchNorm, standard"],
    [faster.slice(0, 2), 1500, "2 seeds of learning-rates; 3 are asked for; median of seeds 0, 1"],
    [faster, 990, "runs of learning-rates of 990 steps; 1000 are asked for"],
  ])("is no test with %j and %d steps", async (pairs, steps, reason) => {
    expect(await judged(await race(pairs, steps), "C1")).toMatchObject({ verdict: "not testable", detail: reason });
  });

  it("is measured, but not judged, with fewer seeds than asked for", async () => {
    const { measures } = await judged(await race(faster.slice(0, 1)), "C1");
    expect(measures[0]).toMatchObject({ passed: null });
    expect(measures[0]!.measured).toBeGreaterThan(0);
  });

  it("is run by the runs chosen, or the newest of the most steps", async () => {
    const store = await race(faster);
    const chosen = (await store.query("SELECT run_id FROM paper_run")).rows.map(([id]) => id as string);
    for (const seed of SEEDS)
      for (const arm of ["standard", "batchNorm"])
        await record(store, { arm, seed, steps: 2000 }, jumps(arm === "standard" ? 300 : 600, 2000));
    expect((await judged(store, "C1")).measures[0]).toMatchObject({ measured: 2 });
    await chooseRuns(store, chosen);
    expect((await judged(store, "C1")).measures[0]).toMatchObject({ measured: 0.4 });
    await chooseRuns(store, []);
    expect((await judged(store, "C1")).verdict).toBe("not testable");
    await chooseRuns(store, undefined);
    expect((await judged(store, "C1")).measures[0]).toMatchObject({ measured: 2 });
  });

  it("is filed once per scale, with the measure that decided", async () => {
    const store = await race(faster);
    await filed(store, "small");
    await filed(store, "small", 4);
    await filed(store, "paper");
    const { rows } = await store.query("FROM claim WHERE claim_id IN ('C1', 'C13') ORDER BY scale DESC, claim_id DESC");
    expect(rows.map((row) => row.slice(0, 7))).toEqual([
      ["landscape, deep-linear", "C13", "small", "not testable", null, 3, 5.3],
      ["learning-rates", "C1", "small", "not testable", 0.4, 0.6, 0.42],
      ["landscape, deep-linear", "C13", "paper", "not testable", null, 3, 5.3],
      ["learning-rates", "C1", "paper", "reproduced", 0.4, 0.6, 0.42],
    ]);
    expect(rows[3]![7]).toMatch(/^steps to 90 % .* ≤ 0.6 ×. median of seeds 0, 1, 2$/);
    expect((await store.query("SELECT count(*) FROM claim")).rows).toEqual([[2 * SANTURKAR_2018.claims.length]]);
    const measures = await store.query(
      "SELECT scale, place, unit, measured, passes, threshold, passed FROM claim_measure WHERE claim_id = 'C1' ORDER BY scale DESC, place",
    );
    const { length } = SANTURKAR_2018.claims.find(({ claimId }) => claimId === "C1")!.measures;
    expect(measures.rows).toHaveLength(2 * length);
    expect(measures.rows[0]).toEqual(["small", 0, "×", 0.4, "at most", 0.6, null]);
    expect(measures.rows[length]).toEqual(["paper", 0, "×", 0.4, "at most", 0.6, true]);
  });
});

describe("what diverges", () => {
  it("counts as chance: C3 with a standard network that is gone at once", async () => {
    const store = await emptyStore();
    for (const seed of SEEDS) {
      await record(store, { learningRate: 0.5, seed, diverged: true }, [[0, "accuracy", "accuracy", 0.1]]);
      await record(store, { learningRate: 0.5, seed, arm: "batchNorm" }, [
        [0, "accuracy", "test_accuracy", 0.9],
        [1499, "accuracy", "test_accuracy", 0.8],
      ]);
    }
    const c3 = await judged(store, "C3");
    expect(c3).toMatchObject({ verdict: "reproduced", measures: [{ measured: 10 }, { measured: 80 }] });
  });

  it("does not help BatchNorm: its final loss is infinite, whatever it was", async () => {
    const store = await emptyStore();
    for (const [learningRate, diverged] of [
      [1e-6, false],
      [1e-7, true],
    ] as const)
      // prettier-ignore
      for (const seed of SEEDS)
        for (const [arm, value] of [["standard", 2], ["batchNorm", 1]] as const) // prettier-ignore
          await record(store, { experiment: "deep-linear", arm, seed, learningRate, diverged: diverged && arm === "batchNorm" }, [
            [diverged && arm === "batchNorm" ? 700 : 1499, "loss", "loss", value],
          ]);
    expect((await judged(store, "C11")).measures.map(({ measured }) => measured)).toEqual([0.5, Infinity]);
  });
});

describe("numbers that are none", () => {
  /** Bands of both arms at steps 0, 100 … 400: [bottom, top]. */
  async function bands(
    standard: readonly (readonly [number, number])[],
    batchNorm: readonly (readonly [number, number])[],
  ) {
    const store = await emptyStore();
    for (const seed of SEEDS)
      for (const [arm, edges] of [
        ["standard", standard],
        ["batchNorm", batchNorm],
      ] as const)
        // prettier-ignore
        await record(
          store,
          { experiment: "landscape", arm, seed },
          edges.flatMap(([low, high], i): OurReading[] => [
            [100 * i, "gradient_steps", "loss_min", low],
            [100 * i, "gradient_steps", "loss_max", high],
            [100 * i, "gradient_steps", "beta", high],
          ]),
        );
    return store;
  }
  const c12 = async (store: Store) => (await judged(store, "C12")).measures.map(({ measured }) => measured);

  it("are bands like any other where they are finite, 0 included; a shared 0 is no gain", async () => {
    expect(
      await c12(
        await bands(
          [
            [1, 9],
            [1, 3],
            [2, 2],
            [5, 6],
            [0, 4],
          ],
          [
            [1, 2],
            [1, 3],
            [2, 2],
            [5, 5.5],
            [0, 2],
          ],
        ),
      ),
    ).toEqual([
      // prettier-ignore
      60,
      expect.closeTo((8 * 1 * 1 * 2 * 2) ** 0.2, 9),
    ]);
  });

  it("make standard's band the wider, BatchNorm's too, and neither where both have them", async () => {
    const [fine, NaNs, infinite] = [[1, 2], [NaN, NaN], [1, Infinity]] as const; // prettier-ignore
    const wider = await c12(await bands([infinite, NaNs], [fine, fine]));
    expect(wider[0]).toBe(100);
    expect(wider[1]).toBeGreaterThan(1e300);
    expect((await c12(await bands([fine, fine], [infinite, NaNs])))[1]).toBeLessThan(1e-300);
    expect(await c12(await bands([NaNs, infinite], [infinite, NaNs]))).toEqual([0, 1]);
  });

  it("make beta's deviation infinite, in whichever arm", async () => {
    const good = [[0, 1], [0, 2]] as const; // prettier-ignore
    const bad = [[0, 1], [0, NaN]] as const; // prettier-ignore
    const sd = async (...arms: Parameters<typeof bands>) => (await judged(await bands(...arms), "C14")).measures[0];
    expect(await sd(good, good)).toMatchObject({ measured: 1, passed: false });
    expect(await sd(good, bad)).toMatchObject({ measured: Infinity, passed: false });
    expect(await sd(bad, good)).toMatchObject({ measured: 0, passed: true });
  });
});

it.each([
  [50_000, "reproduced", "median of seeds 0, 1, 2"],
  [250, "not testable", "runs of learning-rates on 250 training images; 50000 are asked for; median of seeds 0, 1, 2"],
])("C3's 75 % of test images, learnt from %d", async (images, verdict, detail) => {
  const store = await emptyStore();
  for (const seed of SEEDS) {
    for (const [arm, accuracy] of [
      ["standard", 0.1],
      ["batchNorm", 0.8],
    ] as const) {
      // prettier-ignore
      const hyper = { learningRate: 0.5, images };
      await record(store, { arm, seed, hyper, learningRate: 0.5 }, [[1499, "accuracy", "test_accuracy", accuracy]]);
    }
  }
  expect(await judged(store, "C3")).toMatchObject({ verdict, detail });
});

it("measures runs on other images, but does not judge the paper by them", async () => {
  const store = await emptyStore();
  for (const seed of SEEDS)
    for (const arm of ["standard", "batchNorm"])
      await record(store, { arm, seed, dataset: "shapes10" }, jumps(arm === "standard" ? 1000 : 400));
  const c1 = await judged(store, "C1");
  expect(c1.verdict).toBe("not testable");
  expect(c1.measures[0]).toMatchObject({ measured: 0.4, passed: null });
  expect(c1.detail).toContain("runs of learning-rates on shapes10; the claim is about cifar10");
});
