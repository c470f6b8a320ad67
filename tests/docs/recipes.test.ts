import * as tf from "@tensorflow/tfjs";
import type { KernelConfig, Tensor } from "@tensorflow/tfjs";
import type { Command } from "commander";
import { map } from "rxjs";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { startBackend } from "../../src/backend/start.ts";
import { valueAndGradients } from "../../src/core/gradients.ts";
import { stackedLoss, type Loss } from "../../src/core/losses.ts";
import { linearize } from "../../src/core/tangents/linearize.ts";
import type { Rule } from "../../src/core/tangents/rule.ts";
import type * as rules from "../../src/core/tangents/rules.ts";
import { mlp, train, type Norm, type Optimizer } from "../../src/index.ts";
import type { Layer } from "../../src/nn/layer.ts";
import type { Figure } from "../../src/paper/figure.ts";
import { readFigure } from "../../src/paper/read-figure.ts";
import { SANTURKAR_2018 } from "../../src/paper/santurkar-2018/paper.ts";
import { layerContract, normContract } from "../contracts/layer.ts";
import { optimizerContract } from "../contracts/optimizer.ts";
import { emptyStore, record } from "../fixtures/paper-runs.ts";
import { collect } from "../fixtures/streams.ts";
import { expectNoLeak, gaussian, relativeError } from "../fixtures/tensors.ts";
import { toyBatches } from "../fixtures/toy-batches.ts";
import { loadRecipes } from "./snippets.ts";

/** The code of CONTRIBUTING.md, as its modules export it. Its tests are tests of this file as soon as it is loaded. */
interface Recipes {
  readonly swish: () => Layer;
  readonly meanDeviationNorm: Norm;
  readonly momentum: (options: { readonly learningRate: number }) => Optimizer;
  readonly absoluteError: Loss;
  readonly cube: (x: Tensor) => Tensor;
  readonly cubeKernel: (backendName: string) => KernelConfig;
  readonly cubeRule: Rule;
  readonly penaltyFigure: Figure;
  readonly armsCommand: (write: (text: string) => void) => Command;
}
const recipes = (await loadRecipes("CONTRIBUTING.md")) as unknown as Recipes;
const { swish, meanDeviationNorm, momentum, absoluteError, cube, cubeKernel, cubeRule } = recipes;

// As if the rule stood among the others.
vi.mock(import("../../src/core/tangents/rules.ts"), async (original) => {
  const actual: typeof rules = await original();
  return {
    ...actual,
    ruleOf: (kernel) => (kernel === "GradstreamCube" ? recipes.cubeRule : actual.ruleOf(kernel)),
  };
});

beforeEach(async () => {
  await startBackend("wasm");
});

describe("a layer", () => layerContract({ layer: swish(), shape: [3, 4, 5] }));

describe("a normalization of images", () => normContract(meanDeviationNorm, [3, 4, 6]));
describe("a normalization of vectors", () => normContract(meanDeviationNorm, [7]));

describe("an optimizer", () => {
  optimizerContract(() => momentum({ learningRate: 0.1 }), [0.1, 0.1, 0.1]);

  it("steps as written down by hand", async () => {
    const steps = await collect(
      toyBatches(3).pipe(
        train(mlp({ hidden: [4], classes: 3 }), momentum({ learningRate: 0.1 }), { seed: 1 }),
        map(({ params, grads, next }) =>
          [params, grads, next].map((tensors) => [...tensors["layer1/kernel"]!.dataSync<"float32">()]),
        ),
      ),
    );
    let velocity = steps[0]![0]!.map(() => 0);
    for (const [params, grads, next] of steps) {
      velocity = velocity.map((v, i) => 0.9 * v + grads![i]!);
      const expected = params!.map((p, i) => p - 0.1 * velocity[i]!);
      expect(relativeError(next!, expected)).toBeLessThan(1e-6);
    }
  });
});

describe("a loss", () => {
  it("is what its docstring says, of one batch and of several at once", async () => {
    await expectNoLeak(() =>
      tf.tidy(() => {
        const [outputs, targets] = [
          tf.tensor2d([
            [1, 2],
            [3, -4],
          ]),
          tf.tensor2d([
            [0, 4],
            [3, -3],
          ]),
        ];
        expect(absoluteError(outputs, targets).dataSync()[0]).toBe(2);
        const both = stackedLoss(absoluteError, tf.concat([outputs, targets]), targets, 2);
        expect(both.dataSync()[0]).toBe(2);
        expect(() => absoluteError(outputs, tf.zeros([2]))).toThrow(
          "absoluteError: outputs [2,2] and targets [2] differ",
        );
      }),
    );
  });
});

describe("a kernel and its tangent rule", () => {
  beforeAll(() => {
    tf.registerKernel(cubeKernel("wasm"));
  });

  it("gives tangents of values and gradients that finite differences find", async () => {
    await expectNoLeak(() =>
      tf.tidy(() => {
        const [x, direction, weights] = [gaussian([3, 4], 1), gaussian([3, 4], 2), gaussian([3, 4], 3)];
        const gradient = (at: Tensor) =>
          valueAndGradients(() => tf.sum<tf.Scalar>(tf.mul(cube(at), weights)), { x: at }).grads;
        expect(relativeError(cube(x).dataSync(), tf.pow(x, 3).dataSync())).toBeLessThan(1e-6);
        const linear = linearize(() => ({ ...gradient(x), y: cube(x) }), { x });
        expect(linear.leaks).toBe(false);
        const tangents = linear.product({ x: direction });
        linear.dispose();
        const h = 5e-3;
        const difference = (f: (at: Tensor) => Tensor) => {
          const [ahead, behind] = [1, -1].map((sign) => f(tf.add(x, tf.mul(direction, sign * h))));
          return tf.div(tf.sub(ahead!, behind!), 2 * h).dataSync();
        };
        expect(relativeError(tangents["y"]!.dataSync(), difference(cube))).toBeLessThan(5e-3);
        expect(
          relativeError(
            tangents["x"]!.dataSync(),
            difference((at) => gradient(at)["x"]!),
          ),
        ).toBeLessThan(5e-3);
      }),
    );
    expect(cubeRule.reads).toBe(true);
  });
});

describe("a figure", () => {
  it("is read from runs, with the columns that lines have", async () => {
    const { penaltyFigure } = recipes;
    const store = await emptyStore();
    const { columns } = await store.query(penaltyFigure.sql);
    expect(columns.map(({ name }) => name)).toEqual(["panel", "arm", "source", "line", "x", "y", "low", "high"]);
    for (const seed of [0, 1, 2]) {
      await record(store, { experiment: "landscape", arm: "standard", seed }, [[0, "loss", "penalty", 1 + seed]]);
    }
    const { rows } = await readFigure(store, SANTURKAR_2018, penaltyFigure);
    expect(rows).toEqual([expect.objectContaining({ arm: "standard", x: 0, y: 2, low: 1, high: 3 })]);
  });
});

describe("a command", () => {
  it("does what its description says", async () => {
    let said = "";
    await recipes.armsCommand((text) => (said += text)).parseAsync(["theory"], { from: "user" });
    expect(said).toMatch(/^mlp\tmlp 64-64, batchNorm.*\nvgg\tvgg11 width 8/);
  });
});
