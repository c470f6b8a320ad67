import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { pipeline, rowsOf, runEach, start, tinyCifar10 } from "../fixtures/command-line.ts";
import { temporaryFolder } from "../fixtures/runs.ts";

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

interface ReadingRow {
  readonly probe: string;
  readonly stat: string;
  readonly layer?: number;
  readonly value: number;
}

/** A reader of the format as its specification has it, apart from the writer. */
function readSafetensors(path: string) {
  const bytes = readFileSync(path);
  const length = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString("utf8", 8, 8 + length)) as Record<string, Entry>;
  const { __metadata__, ...entries } = header as unknown as Record<string, Entry> & {
    __metadata__: Record<string, string>;
  };
  const tensors = Object.fromEntries(
    Object.entries(entries).map(
      ([
        name,
        {
          dtype,
          shape,
          data_offsets: [from, to],
        },
      ]) => {
        const data = bytes.buffer.slice(bytes.byteOffset + 8 + length + from, bytes.byteOffset + 8 + length + to);
        return [name, { shape, values: dtype === "I32" ? new Int32Array(data) : new Float32Array(data) }];
      },
    ),
  );
  const end = Math.max(...Object.values(entries).map(({ data_offsets }) => data_offsets[1]));
  return { metadata: __metadata__, tensors, rest: bytes.length - 8 - length - end };
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
}, 120_000);

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
  ]);
  expect(existsSync(join(cwd, "out"))).toBe(false);
}, 120_000);
