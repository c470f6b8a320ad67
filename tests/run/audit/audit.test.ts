import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { pipeline, rowsOf, runEach, start, tinyCifar10 } from "../../fixtures/command-line.ts";
import { temporaryFolder } from "../../fixtures/runs.ts";
import { readSafetensors } from "../../fixtures/safetensors.ts";

interface ReadingRow {
  readonly probe: string;
  readonly stat: string;
  readonly layer?: number;
  readonly value: number;
}

it("writes the step that the run recorded, with what its readings come from", async () => {
  const cwd = temporaryFolder();
  const cifar10 = tinyCifar10(cwd);
  const args = ["--arm", "noisy", "--seed", "3", "--step", "7"];
  const { code, stdout, stderr } = await start(["audit", pipeline("tiny"), ...args, "--out", "out"], { cwd, cifar10 })
    .ended;
  expect([code, stdout]).toEqual([
    0,
    expect.stringMatching(/^out\/step\.safetensors: \d+ tensors\nout\/readings\.json: \d+ readings\n$/),
  ]);
  expect(stderr).toMatch(/^training again up to step 7 \((tensorflow|wasm), cifar10\)\n$/);

  const { tensors, metadata, rest } = readSafetensors(join(cwd, "out/step.safetensors"));
  expect(rest).toBe(0);
  expect(metadata).toMatchObject({ experiment: "tiny", arm: "noisy", seed: "3", step: "7", loss: "cross-entropy" });
  expect(JSON.parse(metadata["activations"]!)).toMatchObject({ name: "injectNoise", site: "norm", nMu: 0.5 });
  expect(tensors["batch/examples"]!.shape).toEqual([10, 32, 32, 3]);
  expect(tensors["batch/labels"]!.values).toBeInstanceOf(Int32Array);

  // The optimizer's update, and the logits of the layers above, from the file alone.
  const [before, after, g] = ["params", "next", "grads"].map((of) => tensors[`${of}/layer2/kernel`]!.values);
  after!.forEach((value, i) => expect(value).toBeCloseTo(before![i]! - 0.05 * g![i]!, 6));
  expect(Math.hypot(...g!)).toBeGreaterThan(0);
  const scale = tensors["noise/layer1/norm/scale"]!;
  expect(scale.shape).toEqual([10, 8]);
  const audited = (JSON.parse(readFileSync(join(cwd, "out/readings.json"), "utf8")) as readonly ReadingRow[]).filter(
    ({ probe }) => probe !== "timing" && !probe.startsWith("cost/"),
  );
  expect(lossOf(tensors)).toBeCloseTo(audited.find(({ stat }) => stat === "loss")!.value, 5);

  const run = ["run", pipeline("tiny"), "--arm", "noisy", "--seeds", "4", "--no-serve", "--store", "a.duckdb"];
  expect((await start(run, { cwd, cifar10 }).ended).code).toBe(0);
  const recorded = await rowsOf(
    join(cwd, "a.duckdb"),
    `SELECT probe, stat, layer, value FROM reading JOIN run USING (run_id)
     WHERE seed = 3 AND step = 7 AND probe <> 'timing' AND NOT starts_with(probe, 'cost/') ORDER BY ALL`,
  );
  const rows = audited.map(({ probe, stat, layer = null, value }) => [probe, stat, layer, value]);
  expect(rows.sort()).toEqual(recorded.map((row) => [...row]).sort());
});

type Tensors = ReturnType<typeof readSafetensors>["tensors"];

/** Cross-entropy of the perceptron with noise, in float64. */
function lossOf(tensors: Tensors): number {
  const dense = (x: number[][], layer: number): number[][] => {
    const kernel = tensors[`params/layer${layer}/kernel`]!;
    const bias = tensors[`params/layer${layer}/bias`]!.values;
    const units = kernel.shape[1]!;
    return x.map((row) =>
      Array.from({ length: units }, (_, unit) =>
        row.reduce((sum, value, i) => sum + value * kernel.values[i * units + unit]!, bias[unit]!),
      ),
    );
  };
  const affine = (x: number[][], place: string): number[][] => {
    const [scale, shift] = ["scale", "shift"].map((of) => tensors[`noise/${place}/${of}`]?.values);
    return x.map((row, n) => row.map((value, i) => value * scale![n * row.length + i]! + shift![n * row.length + i]!));
  };
  const examples = tensors["batch/examples"]!.values;
  const x = Array.from({ length: 10 }, (_, n) => [...examples.subarray(n * 3072, (n + 1) * 3072)]);
  const hidden = affine(dense(x, 1), "layer1/norm").map((row) => row.map((value) => Math.max(0, value)));
  const labels = tensors["batch/labels"]!.values;
  const losses = dense(hidden, 2).map((logits, n) => {
    const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
    return Math.log(total) - logits[labels[n]!]!;
  });
  return losses.reduce((a, b) => a + b) / losses.length;
}

it("says in one line what cannot be audited", async () => {
  const cwd = temporaryFolder();
  const env = { CIFAR10_DIR: tinyCifar10(cwd) };
  const tiny = ["audit", pipeline("tiny"), "--out", join(cwd, "out")];
  const clipped = ["audit", "clipped-activations", "--arm", "clippedStandard", "--set", "bound=50", "--set", "size=10"];
  const results = await runEach(
    [
      [...tiny, "--arm", "noisy", "--step", "20"],
      [...tiny, "--arm", "nosy", "--step", "2"],
      [...tiny, "--arm", "plain", "--step", "two"],
      [...clipped, "--step", "0", "--out", join(cwd, "out")],
      ["audit", pipeline("tiny"), "--step", "1", "--out", "x"],
      [...tiny, "--arm", "plain", "--step", "15", "--set", "learningRate=1e30"],
    ].map((args) => ({ args, env })),
    process.cwd(),
  );
  expect(results.map(({ code, stdout }) => [code, stdout])).toEqual(results.map(() => [2, ""]));
  const last = results.map(({ stderr }) => stderr.trimEnd().split("\n").at(-1));
  expect(last).toEqual([
    "gradstream: audit: no step 20; this run has 20, from 0",
    expect.stringMatching(/nosy.*plain, noisy/),
    expect.stringMatching(/--step <n>.*'two'.*whole number/),
    "gradstream: audit: the activations operator at layer 1 (norm) does not give scale * a + shift; only such a one can be written down",
    expect.stringMatching(/required option '--arm <arm>'/),
    expect.stringMatching(/^gradstream: audit: the run diverges at step \d, before step 15$/),
  ]);
  expect(existsSync(join(cwd, "out"))).toBe(false);
});

interface Setting {
  readonly name: string;
  readonly epsilon?: number;
}

/** The loss of a step, in float64, from what the file itself says of the network: its parts, in order, with their options. */
function lossByManifest({ tensors, metadata }: ReturnType<typeof readSafetensors>): number {
  const layers = JSON.parse(metadata["layers"]!) as { layer: number; settings: Setting[] }[];
  const { shape, values } = tensors["batch/examples"]!;
  let x: unknown = nested([...values], shape);
  for (const { layer, settings } of layers) {
    const own = (role: string) => tensors[`params/layer${layer}/${role}`];
    for (const { name, epsilon } of settings) {
      if (name === "flatten") x = (x as unknown[]).map((example) => (example as number[]).flat(Infinity));
      const rows = x as number[][];
      const columns = rows[0]!.map((_, unit) => rows.map((row) => row[unit]!));
      if (name.startsWith("dense")) {
        expect(rows[0]).toHaveLength(own("kernel")!.shape[0]!);
        const units = own("kernel")!.shape[1]!;
        const weight = (i: number, unit: number) => own("kernel")!.values[i * units + unit]!;
        x = rows.map((row) =>
          Array.from({ length: units }, (_, unit) =>
            row.reduce((sum, value, i) => sum + value * weight(i, unit), own("bias")?.values[unit] ?? 0),
          ),
        );
      } else if (name === "batchNorm") {
        const of = columns.map((column) => {
          const mean = column.reduce((a, b) => a + b) / column.length;
          return { mean, sd: Math.sqrt(column.reduce((a, b) => a + (b - mean) ** 2, 0) / column.length + epsilon!) };
        });
        x = rows.map((row) =>
          row.map((v, i) => (own("scale")!.values[i]! * (v - of[i]!.mean)) / of[i]!.sd + own("shift")!.values[i]!),
        );
      } else if (name === "relu") x = rows.map((row) => row.map((value) => Math.max(0, value)));
      else expect(name).toBe("flatten");
    }
  }
  const labels = tensors["batch/labels"]!.values;
  const losses = (x as number[][]).map((logits, n) => {
    return Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0)) - logits[labels[n]!]!;
  });
  return losses.reduce((a, b) => a + b) / losses.length;
}

function nested(values: readonly unknown[], [, ...shape]: readonly number[]): unknown {
  if (shape.length === 0) return values;
  const size = shape.reduce((a, b) => a * b);
  const parts = Array.from({ length: values.length / size }, (_, i) => values.slice(i * size, (i + 1) * size));
  return parts.map((part) => nested(part, shape));
}

it("names all that it takes to compute the step again, and goes on without a probe that does not fit", async () => {
  const cwd = temporaryFolder();
  const cifar10 = tinyCifar10(cwd);
  const audit = (...args: string[]) => start(["audit", pipeline("misfits"), "--step", "2", ...args], { cwd, cifar10 });
  const normed = await audit("--arm", "normed", "--out", "normed").ended;
  expect([normed.code, normed.stderr]).toEqual([0, expect.not.stringContaining("left out")]);
  const file = readSafetensors(join(cwd, "normed/step.safetensors"));
  const [first] = JSON.parse(file.metadata["layers"]!) as { parts: string[]; settings: Setting[] }[];
  expect(first!.parts).toEqual(["flatten", "dense(4)", "batchNorm", "relu"]);
  expect(first!.settings).toEqual([
    { name: "flatten" },
    { name: "dense(4)", units: 4, bias: false },
    { name: "batchNorm", epsilon: 1e-5, momentum: 0.1 },
    { name: "relu" },
  ]);
  const readings = JSON.parse(readFileSync(join(cwd, "normed/readings.json"), "utf8")) as readonly ReadingRow[];
  expect(lossByManifest(file)).toBeCloseTo(readings.find(({ probe }) => probe === "loss")!.value, 5);
  expect(JSON.parse(file.metadata["optimizer"]!)).toEqual({
    name: "sgd",
    learningRate: 0.05,
    weightDecay: 0,
    decay: "all",
  });
  expect((JSON.parse(file.metadata["probes"]!) as { name: string }[]).map(({ name }) => name)).toEqual([
    "loss",
    "accuracy",
    "ics",
    "theory",
    "moments",
    "gradient_noise_scale",
  ]);

  const linear = await audit("--arm", "plain", "--set", "regression=true", "--out", "linear").ended;
  expect([linear.code, linear.stderr]).toEqual([
    0,
    expect.stringMatching(
      /^training again up to step 2 \((tensorflow|wasm), linearTask\)\nprobe accuracy is left out: /,
    ),
  ]);
  const { metadata } = readSafetensors(join(cwd, "linear/step.safetensors"));
  expect(metadata).toMatchObject({ dataset: "linearTask", loss: "half sum of squares" });
});
