import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "@tensorflow/tfjs";
import { map } from "rxjs";
import { expect, it } from "vitest";
import {
  accuracy,
  crossEntropy,
  curvature,
  deadUnits,
  drift,
  effectiveRank,
  gradientNoiseScale,
  gradientSteps,
  hessian,
  hessianTrace,
  histogram,
  ics,
  layerOf,
  loss,
  moments,
  norms,
  probes,
  roleOf,
  rootKey,
  sgd,
  sharpness,
  spectralDensity,
  theory,
  train,
  type Network,
  type Params,
  type Step,
} from "gradstream";
import { valueAndGradients } from "../../src/core/gradients.ts";
import { linearize } from "../../src/core/tangents/linearize.ts";
import { collect } from "../fixtures/streams.ts";
import { expectNoLeak, gaussian, relativeError } from "../fixtures/tensors.ts";
import { toyBatch, toyBatches } from "../fixtures/toy-batches.ts";

export interface NetworkContract {
  readonly network: Network;
  readonly shape: readonly number[];
  /** Outputs. Default 3. */
  readonly classes?: number;
  /** Makes examples. Default: Gaussian. */
  readonly examples?: (size: number) => Tensor;
}

const key = rootKey(7);
const through = (_layer: number, _site: string, value: Tensor): Tensor => value;

/** What every network must do: those of layers and residuals, and those that somebody writes without them. */
export function networkContract({ network, shape, classes = 3, examples }: NetworkContract): void {
  const input = examples ?? ((size: number) => gaussian([size, ...shape], 2));
  const options = { size: 8, shape, classes };
  const last = network.layers.length;
  const pass = (params: Params, x: Tensor, own: object = {}) =>
    network.apply(params, network.init(rootKey(1), shape).state, x, { mode: "probe", tap: through, key, ...own });
  const hasBatchNorm = network.layers.some(({ name, parts }) => parts[parts.indexOf(name) + 1] === "batchNorm");
  const training = () => train(network, sgd({ learningRate: 0.05, weightDecay: 1e-3, decay: "kernels" }), { seed: 1 });

  it("shows the sites that its layers announce, in their order, and gives what the batch asks for", () => {
    const seen: string[] = [];
    const tap = (layer: number, site: string, value: Tensor): Tensor => {
      seen.push(`${layer} ${site}`);
      return value;
    };
    const { logits } = pass(network.init(rootKey(1), shape).params, input(4), { tap });
    expect(logits.shape).toEqual([4, classes]);
    expect(seen).toEqual(network.layers.flatMap(({ layer, sites }) => sites.map((site) => `${layer} ${site}`)));
  });

  it("draws the same from the same key, parameters of every numbered layer", () => {
    const [one, same] = [1, 1].map((seed) => network.init(rootKey(seed), shape).params);
    for (const [name, value] of Object.entries(one!)) expect(same![name]!.dataSync(), name).toEqual(value.dataSync());
    expect(new Set(Object.keys(one!).map(layerOf))).toEqual(new Set(network.layers.map(({ layer }) => layer)));
  });

  it("gives from layer to layer what it gives at once, wherever it is cut", () => {
    const { params } = network.init(rootKey(1), shape);
    const x = input(6);
    const whole = pass(params, x).logits.dataSync();
    let below = x;
    for (let layer = 1; layer <= last; layer++) {
      below = pass(params, below, { from: layer, to: layer }).logits;
      if (layer === last) break;
      const above = pass(params, below, { from: layer + 1 }).logits;
      expect(relativeError(above.dataSync(), whole), `cut behind layer ${layer}`).toBeLessThan(1e-5);
    }
    expect(relativeError(below.dataSync(), whole)).toBeLessThan(1e-5);
  });

  it("gives several batches at once what it gives each, with the same draws", () => {
    const { params } = network.init(rootKey(1), shape);
    const x = input(8);
    const both = pass(params, x, { batchCount: 2 }).logits;
    const each = tf.split(x, 2).map((own) => pass(params, own).logits);
    expect(relativeError(both.dataSync(), tf.concat(each).dataSync())).toBeLessThan(1e-5);
  });

  it("has the gradients of finite differences, and exact, symmetric second derivatives", () => {
    const { params } = network.init(rootKey(1), shape);
    const labels = tf.tensor1d([0, 1, 2, 0, 1, 2], "int32");
    const x = input(6);
    const lossAt = (at: Params) => crossEntropy(pass(at, x).logits, labels);
    const gradsAt = (at: Params) => valueAndGradients(() => lossAt(at), at).grads;
    const [u, v] = [50, 90].map((seed) =>
      Object.fromEntries(Object.entries(params).map(([name, p], i) => [name, gaussian(p.shape, seed + i)])),
    ) as [Params, Params];
    const dot = (a: Params, b: Params): number =>
      Object.keys(a).reduce((sum, name) => sum + tf.sum(tf.mul(a[name]!, b[name]!)).dataSync()[0]!, 0);
    const moved = (by: number): Params =>
      Object.fromEntries(Object.keys(params).map((name) => [name, tf.add(params[name]!, tf.mul(u[name]!, by))]));
    const step = 1e-3;
    const slope = (lossAt(moved(step)).dataSync()[0]! - lossAt(moved(-step)).dataSync()[0]!) / (2 * step);
    const grads = gradsAt(params);
    expect(Math.abs(slope - dot(grads, u))).toBeLessThan(3e-2 * Math.sqrt(dot(grads, grads)) + 1e-3);
    const linear = linearize(() => gradsAt(params), params);
    const [hu, hv] = [linear.product(u), linear.product(v)];
    linear.dispose();
    const size = Math.sqrt(dot(hu, hu) * dot(v, v));
    expect(Math.abs(dot(hu, v) - dot(hv, u)) / size).toBeLessThan(1e-4);
  });

  it(
    "meets every probe: finite readings of every layer, no event, no tensor left behind",
    { timeout: 120_000 },
    async () => {
      const measure = () =>
        probes(
          loss(),
          accuracy({ test: [toyBatch(50, options)] }),
          ics(),
          gradientSteps({ distances: [0.05, 0.1] }),
          curvature(),
          hessian({ iterations: 3 }),
          hessianTrace({ iterations: 2 }),
          spectralDensity({ iterations: 3 }),
          sharpness(),
          gradientNoiseScale(),
          norms({ layers: "all" }),
          moments({ layers: "all", site: "output" }),
          histogram({ layers: "all", site: "linear" }),
          drift({ site: "linear" }),
          effectiveRank(),
          deadUnits(),
          ...(hasBatchNorm ? [theory({ units: [0], curvedUnits: 1 })] : []),
        );
      await expectNoLeak(async () => {
        const records = await collect(toyBatches(2, options).pipe(training(), measure()));
        expect(records.filter(({ kind }) => kind === "event")).toEqual([]);
        const readings = records.filter((record) => record.kind === "reading");
        expect(readings.filter(({ value }) => !Number.isFinite(value))).toEqual([]);
        for (const name of ["ics", "moments", "effective_rank"]) {
          const layers = new Set(readings.filter(({ probe }) => probe === name).map(({ layer }) => layer));
          expect(layers.size, name).toBe(last);
        }
      });
    },
  );

  it("ics: of whole passes at parameters of which those below are updated", async () => {
    const names = (params: Params, layer: number) =>
      Object.keys(params).filter((name) => layerOf(name) === layer && roleOf(name) === "kernel");
    const distance = (a: Params, b: Params, of: readonly string[]): number =>
      Math.sqrt(of.reduce((sum, name) => sum + tf.sum(tf.squaredDifference(a[name]!, b[name]!)).dataSync()[0]!, 0));
    const slowly = (step: Step): number[] =>
      step.layers.map(({ layer }) => {
        const at = Object.fromEntries(
          Object.keys(step.params).map((name) => [name, (layerOf(name) < layer ? step.next : step.params)[name]!]),
        );
        const { grads } = valueAndGradients(() => step.lossOf(step.pass(at)), at);
        const full = step.penaltyTerm!.addGradient(grads, at);
        return distance(step.grads, full, names(step.params, layer));
      });
    const [slow] = await collect(toyBatches(1, options).pipe(training(), map(slowly)));
    const records = await collect(toyBatches(1, options).pipe(training(), ics()));
    const found = records.flatMap((r) => (r.kind === "reading" && r.stat === "l2" ? r.value : []));
    expect(relativeError(found, slow!)).toBeLessThan(1e-3);
  });
}
