import { readFileSync } from "node:fs";
import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "@tensorflow/tfjs";
import { from, map, type OperatorFunction } from "rxjs";
import { afterAll, describe, expect, it } from "vitest";
import {
  batchNorm,
  conv,
  crossEntropy,
  curvature,
  deepLinear,
  dense,
  flatten,
  halfSquares,
  hessian,
  hessianTrace,
  layered,
  maxPool,
  mlp,
  probes,
  relu,
  sgd,
  spectralDensity,
  train,
  vgg,
  type Activation,
  type Batch,
  type Network,
  type Reading,
  type Recorded,
  type RunEvent,
  type Step,
} from "gradstream";
import { onEachBackend } from "../fixtures/backends.ts";
import { collect, valuesOf } from "../fixtures/streams.ts";
import { product } from "../fixtures/tensors.ts";

interface Exact {
  readonly objective: number;
  readonly gradientNorm: number;
  readonly directionalCurvature: number;
  readonly eigenvalues: readonly number[];
  readonly smallest: number | null;
  readonly trace: number | null;
  readonly parameters: number;
}

const fixture = (name: string) => new URL(`../fixtures/${name}`, import.meta.url);
const { cases } = JSON.parse(readFileSync(fixture("hessians.json"), "utf8")) as {
  cases: Readonly<Record<string, Exact>>;
};

/** The generator of tests/fixtures/make_hessians.py. */
function draws(seed: number) {
  let state = seed;
  return (count: number, lo: number, hi: number): Float32Array =>
    Float32Array.from({ length: count }, () => {
      state = (Math.imul(1664525, state) + 1013904223) >>> 0;
      return lo + (hi - lo) * ((state >>> 8) / 2 ** 24);
    });
}

type Draw = ReturnType<typeof draws>;

/** The network, started from other parameters than its own. */
const startingFrom = (network: Network, values: (name: string, shape: readonly number[]) => Float32Array): Network => ({
  ...network,
  init: (key, shape) => {
    const own = network.init(key, shape);
    const params = Object.entries(own.params).map(([name, value]) => {
      const given = tf.tensor(values(name, value.shape), value.shape);
      value.dispose();
      return [name, given] as const;
    });
    return { params: Object.fromEntries(params), state: own.state };
  },
});

const drawnParams = (draw: Draw, gain: number) => (name: string, shape: readonly number[]) => {
  const count = product(shape);
  const role = name.split("/")[1];
  if (role === "bias") return draw(count, -0.1, 0.1);
  if (role === "scale") return draw(count, 0.5, 1.5);
  if (role === "shift") return draw(count, -0.5, 0.5);
  const bound = gain * Math.sqrt(6 / (product(shape.slice(0, -2)) * (shape.at(-2)! + shape.at(-1)!)));
  return draw(count, -bound, bound);
};

function classified(draw: Draw, size: number, shape: readonly number[], classes: number, take = size): Batch {
  const examples = draw(size * product(shape), -1, 1).slice(0, take * product(shape));
  return {
    step: 0,
    epoch: 0,
    size: take,
    shape,
    examples,
    labels: Int32Array.from({ length: take }, (_, i) => i % classes),
  };
}

interface Case {
  readonly network: Network;
  readonly batch: Batch;
  readonly weightDecay: number;
  readonly loss: typeof crossEntropy;
}

const halves = (name: string): Float32Array => {
  const bytes = readFileSync(fixture(name));
  return Float32Array.from({ length: bytes.length / 2 }, (_, i) => {
    const bits = bytes.readUInt16LE(2 * i);
    const [sign, exponent, fraction] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
    return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
  });
};

/** The networks of the fixture, at its parameters and examples. Draws are made in its order. */
const CASES: Readonly<Record<string, () => Case>> = {
  "relu mlp": () => {
    const draw = draws(1);
    const batch = classified(draw, 24, [6], 4);
    const network = startingFrom(mlp({ hidden: [12, 10], classes: 4 }), drawnParams(draw, 2));
    return { network, batch, weightDecay: 1e-3, loss: crossEntropy };
  },
  "conv, batchNorm, max-pool": () => {
    const draw = draws(2);
    const batch = classified(draw, 16, [8, 8, 2], 3);
    const stage = (filters: number, then: ReturnType<typeof flatten>[] = []) => ({
      linear: conv({ filters, bias: false }),
      norm: batchNorm(),
      nonlinearity: relu(),
      then: [maxPool(), ...then],
    });
    const network = layered("conv", [stage(4), stage(6, [flatten()]), { linear: dense({ units: 3 }) }]);
    return { network: startingFrom(network, drawnParams(draw, 1.5)), batch, weightDecay: 1e-3, loss: crossEntropy };
  },
  "deep linear": () => {
    const draw = draws(3);
    const size = 50;
    const examples = draw(size * 10, -1, 1);
    const matrix = draw(100, -1.5, 1.5);
    const labels = Float32Array.from({ length: size * 10 }, (_, at) => {
      const [row, column] = [Math.floor(at / 10), at % 10];
      return Array.from({ length: 10 }, (_, i) => examples[row * 10 + i]! * matrix[i * 10 + column]!).reduce(
        (a, b) => a + b,
      );
    });
    const batch = { step: 0, epoch: 0, size, shape: [10], examples, labels };
    return { network: startingFrom(deepLinear(), drawnParams(draw, 1)), batch, weightDecay: 0, loss: halfSquares };
  },
  ...Object.fromEntries(
    (["standard", "batchNorm"] as const).map((name) => [
      `vgg11 width 8, ${name}`,
      () => {
        const draw = draws(4);
        const [noise, patterns] = [draw(64 * 3072, -1, 1), draw(10 * 3072, -1, 1)];
        const labels = Int32Array.from({ length: 16 }, (_, i) => i % 10);
        const examples = Float32Array.from(
          { length: 16 * 3072 },
          (_, at) => 0.5 * noise[at]! + patterns[labels[Math.floor(at / 3072)]! * 3072 + (at % 3072)]!,
        );
        const batch = { step: 0, epoch: 0, size: 16, shape: [32, 32, 3], examples, labels };
        const values = halves(`hessian-vgg11-${name === "standard" ? "standard" : "batch-norm"}.bin`);
        let at = 0;
        const network = vgg({ depth: 11, width: 8, head: [], norm: name === "standard" ? undefined : batchNorm });
        const next = (_name: string, shape: readonly number[]) => values.slice(at, (at += product(shape)));
        return { network: startingFrom(network, next), batch, weightDecay: 4e-4, loss: crossEntropy };
      },
    ]),
  ),
};

async function measured(name: string, ...measures: readonly OperatorFunction<Step, Recorded>[]): Promise<Reading[]> {
  const { network, batch, weightDecay, loss } = CASES[name]!();
  const optimizer = sgd({ learningRate: 0.1, ...(weightDecay > 0 ? { weightDecay } : {}) });
  const records = await collect(from([batch]).pipe(train(network, optimizer, { seed: 0, loss }), probes(...measures)));
  expect(records.filter(({ kind }) => kind === "event")).toEqual([]);
  return records as Reading[];
}

const valueOf = (records: readonly Recorded[], stat: string, unit?: number): number => {
  const found = (records as Reading[]).find((r) => r.stat === stat && r.unit === unit);
  expect(found, `${stat} ${unit}`).toBeDefined();
  return found!.value;
};

type Row = Readonly<Record<string, string | number>>;
const table: Row[] = [];
afterAll(() => {
  console.table(table);
});

const BOUND = 1e-3;

onEachBackend((backend) => {
  describe.each(Object.keys(CASES))("the Hessian of %s, against float64", (name) => {
    it("has its five largest eigenvalues and its curvature along the gradient", { timeout: 300_000 }, async () => {
      const exact = cases[name]!;
      // Plain JavaScript takes minutes for fifty products of a VGG: there one product has to do.
      const ranks = backend === "cpu" && name.startsWith("vgg") ? [] : [1, 2, 3, 4, 5];
      const spectrum = ranks.length > 0 ? [hessian({ eigenvalues: 5, tolerance: 2e-3 })] : [];
      const records = await measured(name, curvature(), ...spectrum);
      const found = (rank: number) => valueOf(records, "eigenvalue", rank);
      const errors = ranks.map((rank) => Math.abs(found(rank) / exact.eigenvalues[rank - 1]! - 1));
      const along = Math.abs(valueOf(records, "directional_curvature") / exact.directionalCurvature - 1);
      table.push({
        backend,
        network: name,
        parameters: exact.parameters,
        "λ1, exact": exact.eigenvalues[0]!.toPrecision(6),
        ...(ranks.length > 0 && {
          "λ1, here": valueOf(records, "eigenvalue", 1).toPrecision(6),
          products: valueOf(records, "iterations"),
          "errors of λ1 … λ5": errors.map((error) => error.toExponential(0)).join(" "),
          asymmetry: valueOf(records, "asymmetry").toExponential(0),
        }),
        "error of g'Hg/g'g": along.toExponential(0),
      });
      for (const error of errors) expect(error).toBeLessThan(BOUND);
      expect(along).toBeLessThan(BOUND);
      for (const asymmetry of valuesOf(records, "asymmetry")) expect(asymmetry).toBeLessThan(1e-4);
      expect(valueOf(records, "exact")).toBe(1);
    });
  });

  describe("of the relu mlp", () => {
    it("has a trace and a density that the exact spectrum has", async () => {
      const exact = cases["relu mlp"]!;
      const records = await measured("relu mlp", hessianTrace({ iterations: 120 }), spectralDensity({ bins: 50 }));
      const error = valueOf(records, "standard_error");
      expect(error).toBeLessThan(0.1 * exact.trace!);
      expect(Math.abs(valueOf(records, "trace") - exact.trace!)).toBeLessThan(5 * error);
      const ends = records.filter((r) => r.probe === "spectral_density" && r.stat === "eigenvalue");
      const range = exact.eigenvalues[0]! - exact.smallest!;
      expect(Math.abs(ends.at(-1)!.value - exact.eigenvalues[0]!)).toBeLessThan(0.05 * range);
      expect(Math.abs(ends[0]!.value - exact.smallest!)).toBeLessThan(0.05 * range);
    });

    it("has diagonal blocks whose traces add up to the whole one's", async () => {
      const exact = cases["relu mlp"]!;
      const records = await measured(
        "relu mlp",
        hessianTrace({ layers: "all", iterations: 3 * 132 }),
        hessian({ layers: [3] }),
      );
      const traces = records.filter(({ stat }) => stat === "trace");
      expect(traces.map(({ layer }) => layer)).toEqual([1, 2, 3]);
      expect(Math.abs(traces.reduce((sum, { value }) => sum + value, 0) / exact.trace! - 1)).toBeLessThan(1e-3);
      const block = records.find(({ stat, layer }) => stat === "eigenvalue" && layer === 3)!;
      expect(block.value).toBeLessThan(exact.eigenvalues[0]!);
    });
  });

  describe("through operators of the user's", () => {
    const through = (f: (value: Tensor) => Tensor) =>
      map((a: Activation): Activation => (a.site === "norm" && a.layer === 1 ? { ...a, value: f(a.value) } : a));
    const run = async (activations: OperatorFunction<Activation, Activation>): Promise<Recorded[]> => {
      const { network, batch } = CASES["relu mlp"]!();
      const steps = from([batch, { ...batch, step: 1 }]).pipe(
        train(network, sgd({ learningRate: 0.1 }), { seed: 0, activations }),
      );
      return collect(steps.pipe(probes(hessian({ eigenvalues: 2 }), curvature())));
    };

    it("is exact where their kernels are known: a clip is a mask", async () => {
      const records = await run(through((value) => tf.clipByValue(value, -1, 1)));
      expect(records.filter(({ kind }) => kind === "event")).toEqual([]);
      expect(valueOf(records, "exact")).toBe(1);
      expect(valueOf(records, "asymmetry")).toBeLessThan(1e-4);
    });

    it("shows by its asymmetry a gradient that is none of any function", async () => {
      const straightThrough = tf.customGrad((x, save) => {
        (save as unknown as (tensors: Tensor[]) => void)([x as Tensor]);
        return { value: tf.tanh(x as Tensor), gradFunc: (dy: Tensor) => dy };
      });
      expect(valueOf(await run(through((value) => straightThrough(value))), "asymmetry")).toBeGreaterThan(1e-2);
    });

    it("says so, once, where numbers leave the graph, and marks the reading", async () => {
      const records = await run(through((value) => tf.add(value, tf.scalar(value.dataSync()[0]!))));
      const events = records.filter((r): r is RunEvent => r.kind === "event");
      expect(events.map(({ name, message }) => `${name}: ${message}`)).toEqual([
        "curvature_not_exact: hessian: an operation of yours reads numbers of activations (dataSync): what it makes of them counts as constant",
        "curvature_not_exact: curvature: an operation of yours reads numbers of activations (dataSync): what it makes of them counts as constant",
      ]);
      expect(valueOf(records, "exact")).toBe(0);
      expect(valueOf(records, "eigenvalue", 1)).toBeGreaterThan(0);
    });

    it("says so, and gives NaN, where a kernel's derivative is not known", async () => {
      const records = await run(through((value) => tf.add(value, tf.prod(tf.tanh(value), 1, true))));
      const events = records.filter((r): r is RunEvent => r.kind === "event");
      const text =
        /: no derivative is known of the kernel \w+: an operation of yours uses it, and this reading is NaN$/;
      expect(events.map(({ message }) => message.replace(text, ""))).toEqual(["hessian", "curvature"]);
      expect(valueOf(records, "eigenvalue", 1)).toBeNaN();
      expect(valueOf(records, "directional_curvature")).toBeNaN();
      expect(valueOf(records, "exact")).toBe(0);
    });
  });
});
