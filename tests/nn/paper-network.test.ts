import { readFileSync } from "node:fs";
import { from, lastValueFrom, toArray } from "rxjs";
import { describe, expect, it } from "vitest";
import { every, fold, loss, norms, probes, rootKey, train, vgg, type Network } from "gradstream";
import { NETWORKS, paperSgd, smallBatches, STEPS } from "../fixtures/small-vgg.ts";
import { onEachBackend } from "../fixtures/backends.ts";
import { valuesOf } from "../fixtures/streams.ts";
import { product } from "../fixtures/tensors.ts";

interface Golden {
  readonly network: keyof typeof NETWORKS;
  readonly seed: number;
  readonly learningRate: number;
  readonly sumOfSquares: number;
  readonly gradientNorm: number;
  readonly losses: readonly number[];
  readonly penalties: readonly number[];
}

const FIXTURE = new URL("../fixtures/vgg.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(FIXTURE, "utf8")) as { cases: readonly Golden[] };

/** Sums of squares of the kernels as drawn, and what the law says of it: mean and standard deviation. */
function squaresOf(network: Network, seed: number) {
  const { params } = network.init(fold(rootKey(seed), "init"), [32, 32, 3]);
  let [found, mean, variance] = [0, 0, 0];
  for (const [name, kernel] of Object.entries(params)) {
    if (name.endsWith("/kernel")) {
      for (const value of kernel.dataSync<"float32">()) found += value * value;
      const { shape, size } = kernel;
      const bound = Math.SQRT2 * Math.sqrt(6 / (product(shape.slice(0, -2)) * (shape.at(-2)! + shape.at(-1)!)));
      mean += (size * bound ** 2) / 3;
      variance += (size * bound ** 4 * 4) / 45;
    }
    kernel.dispose();
  }
  return { found, mean, sd: Math.sqrt(variance) };
}

describe("the paper's network", () => {
  it("at full width has Σw² = 9,821.4 on average, so that its first loss is ln 10 + 1.964 as in the paper", () => {
    const { found, mean, sd } = squaresOf(vgg(), 0);
    expect(mean).toBeCloseTo(9821.4, 1);
    expect(2e-4 * mean).toBeCloseTo(1.964, 3);
    expect(Math.abs(found - mean)).toBeLessThan(4 * sd);
    expect(sd).toBeLessThan(10);
  });

  // Of loss minus loss. At learning rate 0.1 rounding grows from step to step, with BatchNorm within three, and only the
  // mean of later losses says something; at the smaller rates it does not.
  const BOUNDS: Readonly<Record<string, (step: number) => number>> = {
    "standard 0.1": (step) => [1e-5, 2e-4, 2e-4, 3e-3, 6e-3][step] ?? 0.03,
    "batchNorm 0.1": (step) => [1e-4, 2e-2, 0.15][step] ?? 0.5,
    "standard 0.001": () => 1e-4,
    "batchNorm 0.00001": () => 1e-3,
  };

  onEachBackend((backend) => {
    const reached = cases.filter(({ seed }) => backend === "tensorflow" || (backend === "wasm" && seed === 0));
    // Plain JavaScript needs minutes.
    it.skipIf(reached.length === 0).each(reached.length > 0 ? reached : cases.slice(0, 1))(
      "begins as PyTorch's in float64: $network, seed $seed, learning rate $learningRate",
      async ({ network, seed, learningRate, ...golden }) => {
        expect(squaresOf(NETWORKS[network], seed).found / golden.sumOfSquares).toBeCloseTo(1, 6);
        const records = await lastValueFrom(
          from(await smallBatches(seed)).pipe(
            train(NETWORKS[network], paperSgd(learningRate), { seed }),
            probes(loss(), norms({ when: every(STEPS) })),
            toArray(),
          ),
        );
        const ofAll = records.filter((record) => !("layer" in record));
        expect(Math.abs(valuesOf(ofAll, "gradient_norm")[0]! / golden.gradientNorm - 1)).toBeLessThan(1e-3);
        const bound = BOUNDS[`${network} ${learningRate}`]!;
        const off = valuesOf(records, "loss").map((value, step) => value - golden.losses[step]!);
        off.forEach((value, step) => expect(Math.abs(value), `step ${step}`).toBeLessThan(bound(step)));
        expect(Math.abs(off.reduce((sum, value) => sum + value, 0) / STEPS)).toBeLessThan(bound(STEPS) / 4);
        const penalties = valuesOf(records, "penalty");
        expect(penalties).toHaveLength(STEPS);
        penalties.forEach((value, step) => expect(Math.abs(value - golden.penalties[step]!)).toBeLessThan(3e-4));
      },
    );
  });
});
