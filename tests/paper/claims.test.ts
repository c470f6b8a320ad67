import { expect, it } from "vitest";
import type { ClaimResult } from "../../src/paper/figure.ts";
import { judgeClaims } from "../../src/paper/judge.ts";
import { SANTURKAR_2018 } from "../../src/paper/santurkar-2018/paper.ts";
import type { Store } from "../../src/store/store.ts";
import { emptyStore, jumps, record, type OurReading } from "../fixtures/paper-runs.ts";

async function judged(store: Store, id: string): Promise<ClaimResult> {
  const claims = await judgeClaims(store, SANTURKAR_2018, { minimumSeeds: 1 });
  return claims.find((claim) => claim.claimId === id)!;
}
const numbers = ({ measures }: ClaimResult) => measures.map(({ measured }) => measured);

it("C4 reports how far a histogram moves over its own width, and judges nothing", async () => {
  const store = await emptyStore();
  // Two bins 2 apart: deviation 1. BatchNorm's second histogram lies 0.5 to the right, standard's 2.
  for (const [arm, by] of [
    ["standard", 2],
    ["batchNorm", 0.5],
  ] as const) {
    const runId = await record(store, { arm }, []);
    for (const layer of [3, 11])
      await store.append(
        runId,
        [0, 1].map((k) => ({
          ...({ kind: "histogram", site: "norm", step: 20 * k, layer, unit: 7, counts: [4, 4] } as const),
          lo: -2 + k * by,
          hi: 2 + k * by,
        })),
      );
  }
  await store.flush();
  const c4 = await judged(store, "C4");
  expect(c4).toMatchObject({
    verdict: "not testable",
    measures: [{ measured: expect.closeTo(0.25, 9) as number, passed: null }],
  });
  expect(c4.detail).toBe("report only; seed 0");
});

it.each([
  [4, "reproduced"],
  [3.9, "not reproduced"],
])("C7 takes units' moments just 100 steps apart, at their steadiest layer: %d times", async (times, verdict) => {
  const store = await emptyStore();
  for (const [arm, size] of [
    ["standard", 1],
    ["noisyBatchNorm", times],
  ] as const)
    await record(
      store,
      { experiment: "noisy-batchnorm", arm },
      [2, 9, 13].flatMap((layer) =>
        ["mean", "variance"].flatMap((stat): OurReading[] => {
          const more = layer === 9 ? 1 : 10;
          const moment = (step: number, value: number, unit?: number): OurReading => [
            step,
            "moments",
            stat,
            value,
            unit === undefined ? { layer } : { layer, unit },
          ];
          const wild = arm === "standard" ? 0 : 1e6;
          return [
            moment(0, 0, 1),
            moment(50, wild, 1),
            moment(100, size * (arm === "standard" ? 1 : more), 1),
            moment(0, 0),
            moment(100, wild),
          ];
        }),
      ),
    );
  const c7 = await judged(store, "C7");
  expect(c7.verdict).toBe(verdict);
  expect(numbers(c7)).toEqual([times, times]);
});

it.each([
  [NaN, "not reproduced"],
  [1500, "reproduced"],
])("C8 looks at the whole run of the noisy standard network, diverged or not: jump at %d", async (at, verdict) => {
  const store = await emptyStore();
  const spike: OurReading[] = [[5, "accuracy", "accuracy", 0.9]];
  const late = Number.isNaN(at) ? jumps(1400) : jumps(at);
  await record(store, { experiment: "noisy-batchnorm", arm: "noisyStandard", diverged: true }, [...late, ...spike]);
  expect((await judged(store, "C8")).verdict).toBe(verdict);
});

it("C9 does not take a shift that is no number for a larger one", async () => {
  const store = await emptyStore();
  for (const [arm, l2] of [
    ["standard", [1, 1, 1, 1]],
    ["batchNorm", [2, NaN, 2, 0.5]],
  ] as const)
    await record(
      store,
      { experiment: "internal-covariate-shift", arm },
      l2.flatMap((value, i): OurReading[] =>
        [5, 10].flatMap((layer): OurReading[] => [
          [50 * i, "ics", "l2", value, { layer }],
          [50 * i, "ics", "cosine", arm === "standard" ? 0.5 : layer / 12.5, { layer }],
        ]),
      ),
    );
  const c9 = await judged(store, "C9");
  expect(numbers(c9)).toEqual([2, expect.closeTo(0.3, 9), 50]);
  expect(c9.measures.map(({ passed }) => passed)).toEqual([true, false, false]);
});

it.each([
  [[0.01, 0.03, 0.1], 100 / 10, "reproduced"],
  [[0.01, 0.03, 0.1, 0.3], 100 / 30, "not reproduced"],
  [[], 100, "reproduced"],
])("C20 compares the ranges that reach 80 %%: standard at %j", async (rates, measured, verdict) => {
  const store = await emptyStore();
  for (const learningRate of [0.01, 0.03, 0.1, 0.3, 0.5, 1]) {
    await record(store, { learningRate, arm: "batchNorm" }, jumps(300));
    await record(store, { learningRate }, jumps(rates.includes(learningRate) ? 300 : Infinity));
  }
  const c20 = await judged(store, "C20");
  expect(c20.verdict).toBe(verdict);
  expect(c20.measures[0]!.measured).toBeCloseTo(measured, 9);
});

it("C16 asks for more than equal bands in random directions", async () => {
  const bands = (widths: readonly number[], probe = "random_steps"): OurReading[] =>
    widths.flatMap((width, i): OurReading[] =>
      ["loss", "gradient_difference"].flatMap((name): OurReading[] => [
        [100 * i, probe, `${name}_min`, 1],
        [100 * i, probe, `${name}_max`, 1 + (name === "loss" ? width : 1)],
      ]),
    );
  const store = await emptyStore();
  // Step 500 is past the first third.
  await record(store, { experiment: "landscape" }, [...bands([8, 2, 1, 1, 1, 99]), ...bands([99], "gradient_steps")]);
  await record(store, { experiment: "landscape", arm: "batchNorm" }, [...bands([1, 1, 1, 1, 1, 1])]);
  const c16 = await judged(store, "C16");
  expect(numbers(c16)).toEqual([expect.closeTo(16 ** 0.2, 9), 1]);
  expect(c16.measures.map(({ passed }) => passed)).toEqual([true, false]);
});

it("C19 takes the least kurtosis and change of the layer among the l_p networks", async () => {
  const store = await emptyStore();
  const arms = { standard: [1, 0.5], l1Norm: [3, 2], l2Norm: [2, 4], lInfNorm: [9, 1] };
  for (const [arm, [kurtosis, change]] of Object.entries(arms)) {
    const moment = (stat: string, step: number, value: number, unit?: number): OurReading => [
      step,
      "moments",
      stat,
      value,
      unit === undefined ? { layer: 11 } : { layer: 11, unit },
    ];
    await record(store, { experiment: "landscape", arm }, [
      moment("excess_kurtosis", 0, kurtosis!),
      moment("excess_kurtosis", 0, -99, 2),
      moment("variance", 0, 0),
      moment("variance", 100, -change!),
      moment("variance", 0, 0, 2),
      moment("variance", 100, 0, 2),
    ]);
  }
  const c19 = await judged(store, "C19");
  expect(numbers(c19).slice(0, 2)).toEqual([1, 2]);
  expect(c19.verdict).toBe("not testable");
});

const THEORY = "fact_c_1 theorem_4_1 theorem_4_2 observation_4_3 theorem_4_4 lemma_4_5".split(" ");

const NETWORK = [
  "fact_c_1_network",
  "theorem_4_1_network",
  "observation_4_3_network",
  "weight_gradient",
  "scale_invariance",
];

it.each<[string, Record<string, number>, ClaimResult["verdict"]]>([
  ["all within rounding", {}, "reproduced"],
  ["a negative margin of 4.2", { theorem_4_2_margin: -1 }, "not reproduced"],
  ["an error above 1e-9", { theorem_4_4_error: 2e-9 }, "not reproduced"],
  ["a network that differentiates otherwise", { fact_c_1_network_error: 2e-3 }, "not reproduced"],
  ["a margin that is no number", { theorem_4_1_margin: NaN }, "not reproduced"],
  ["a gradient larger by 2e-9 in observation 4.3", { observation_4_3_margin: -2e-9 }, "not reproduced"],
])("C21 with %s", async (_, changes, verdict) => {
  const store = await emptyStore();
  const fine: Record<string, number> = { lemma_4_5_k: 0.9, theorem_4_4_margin: 0.2 };
  for (const name of THEORY) [fine[`${name}_error`], fine[`${name}_margin`]] = [1e-12, -1e-12];
  for (const name of NETWORK) fine[`${name}_error`] = 1e-5;
  for (const arm of ["mlp", "vgg"])
    for (const [step, stats] of [fine, arm === "vgg" ? { ...fine, ...changes } : fine, fine].entries())
      await record(
        store,
        { experiment: "theory", arm, seed: step, steps: 20 },
        Object.entries(stats).map(([stat, value]): OurReading => [step, "theory", stat, value, { layer: 1 }]),
      );
  const c21 = await judged(store, "C21");
  // Of three seeds one has it: no median.
  expect(c21.verdict).toBe(verdict);
});
