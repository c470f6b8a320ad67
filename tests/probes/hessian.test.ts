import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "@tensorflow/tfjs";
import { from, map, type OperatorFunction } from "rxjs";
import { afterAll, describe, expect, it } from "vitest";
import {
  curvature,
  dense,
  flatten,
  hessian,
  hessianTrace,
  layered,
  mlp,
  probes,
  relu,
  sgd,
  spectralDensity,
  train,
  type Activation,
  type Reading,
  type Recorded,
  type RunEvent,
  type Step,
} from "gradstream";
import { onEachBackend } from "../fixtures/backends.ts";
import { collect, valuesOf } from "../fixtures/streams.ts";
import { CASES, cases } from "../fixtures/exact-hessians.ts";
import { expectNoLeak } from "../fixtures/tensors.ts";
import { toyBatches } from "../fixtures/toy-batches.ts";

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

it("measures the layers that have parameters, and refuses one by name that has none", async () => {
  const network = layered("odd", [
    { linear: flatten(), nonlinearity: relu() },
    { linear: dense({ units: 3 }), nonlinearity: relu() },
    { linear: dense({ units: 3 }) },
  ]);
  const of = (...measures: readonly OperatorFunction<Step, Recorded>[]) =>
    collect(toyBatches(1).pipe(train(network, sgd({ learningRate: 0.1 }), { seed: 1 }), probes(...measures)));
  await expectNoLeak(async () => {
    const records = await of(hessian({ layers: "all" }), hessianTrace({ layers: "all" }));
    expect(records.filter(({ kind }) => kind === "event")).toEqual([]);
    const layers = (stat: string) => records.flatMap((r) => (r.kind === "reading" && r.stat === stat ? [r.layer] : []));
    expect([layers("eigenvalue"), layers("trace")]).toEqual([
      [2, 3],
      [2, 3],
    ]);
  });
  await expect(of(hessian({ layers: [2, 1] }))).rejects.toThrow("hessian: layer 1 has no parameters");
});

it("takes no loss of unknown reduction over several chunks", async () => {
  const own = (outputs: Tensor) => tf.sum<tf.Scalar>(tf.square(outputs));
  const network = mlp({ hidden: [3], classes: 3 });
  const [batch] = await collect(toyBatches(1));
  const measured = from([batch!]).pipe(
    train(network, sgd({ learningRate: 0.1 }), { seed: 1, loss: own }),
    probes(hessianTrace({ examples: [batch!, batch!] })),
  );
  await expect(collect(measured)).rejects.toThrow(
    "a loss that does not say its reduction cannot be taken over several chunks of examples",
  );
});
