import { readdirSync, readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs";
import type { KernelConfig, Tensor } from "@tensorflow/tfjs";
import type { Command } from "commander";
import { map } from "rxjs";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { BACKENDS, startBackend, type BackendName } from "../../src/backend/start.ts";
import type * as backends from "../../src/backend/start.ts";
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
import { backendContract } from "../contracts/backend.ts";
import { layerContract, normContract } from "../contracts/layer.ts";
import { optimizerContract } from "../contracts/optimizer.ts";
import { emptyStore, record } from "../fixtures/paper-runs.ts";
import { collect } from "../fixtures/streams.ts";
import { expectNoLeak, gaussian, relativeError } from "../fixtures/tensors.ts";
import { toyBatches } from "../fixtures/toy-batches.ts";
import { proseOf } from "./markdown.ts";
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
  readonly startToy: () => Promise<string>;
  readonly penaltyFigure: Figure;
  readonly armsCommand: (write: (text: string) => void) => Command;
}
const TOY = "toy" as BackendName;
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

// As if the backend stood among the others, too.
let toy: Promise<string> | undefined;
vi.mock(import("../../src/backend/start.ts"), async (original) => {
  const actual: typeof backends = await original();
  return {
    ...actual,
    startBackend: async (name) => {
      if (name !== TOY) return actual.startBackend(name);
      await (toy ??= recipes.startToy());
      await tf.setBackend(name);
      return name;
    },
  };
});

beforeEach(async () => {
  await startBackend("wasm");
});

/** What the steps of recipes name, and where: `PAGES` in src/pages/parts/frame-furniture.ts. */
const named = [...proseOf("CONTRIBUTING.md").matchAll(/`(\w+)`\s+(?:in|of)\s+`?((?:src|tests)\/[\w/.-]+\.ts)/g)].map(
  ([, name, file]) => [name!, file!] as const,
);
const places = (name: string): string[] => named.filter((one) => one[0] === name).map(([, file]) => file);
const read = (file: string): string => readFileSync(file, "utf8");

it.each(named)("%s is in %s, where a step has it", (name, file) => {
  expect(read(file)).toMatch(new RegExp(`\\b(const|function|interface|type) ${name}\\b`));
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

describe("a backend", () => {
  beforeEach(async () => {
    await startBackend(TOY);
  });

  backendContract(TOY, { operation: 1e-7, training: 1e-7 });

  it("is named wherever the steps say", () => {
    expect(BACKENDS.length).toBeGreaterThan(3);
    expect(places("BOUNDS")).toHaveLength(1);
    for (const name of BACKENDS) {
      expect(read("docs/guide/backends.md")).toContain(`\n| \`${name}\` `);
      expect(read("docs/guide/commands.md")).toMatch(new RegExp(`--backend <name>.*\`${name}\``));
      for (const file of [...places("STARTERS"), ...places("BOUNDS")]) {
        expect(read(file)).toMatch(new RegExp(`\\n  ${name}: `));
      }
    }
  });
});

describe("a page", () => {
  it("is named wherever the steps say", () => {
    const pages = readdirSync("src/pages").filter((file) => file.endsWith(".ts") && file !== "overview.ts");
    expect(pages.length).toBeGreaterThan(7);
    expect([places("PAGES").length, places("PAGE_NEEDS").length]).toEqual([3, 1]);
    for (const file of places("PAGES")) {
      const lacking = pages.filter((page) => !new RegExp(`["\`]${page.replace(/ts$/, "html")}`).test(read(file)));
      expect(lacking, file).toEqual([]);
    }
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
