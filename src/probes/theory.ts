import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import type { OperatorFunction } from "rxjs";
import { UserError } from "../core/errors.ts";
import type { Step } from "../core/live.ts";
import * as option from "../core/options.ts";
import { refusalOf } from "../core/refusal.ts";
import type { Schedule } from "../core/schedule.ts";
import type { Setting } from "../core/setting.ts";
import { THEORY_STATS, type Good } from "../core/theory-stats.ts";
import type { Recorded } from "../core/types.ts";
import { probe, type Measured } from "../operators/probe.ts";
import { checkLayers, type Layers } from "../operators/select-layers.ts";
import { stats } from "../operators/stats.ts";
import { checkUnits, chooseUnits, type Units } from "./select-unit.ts";
import { batchNormNames, lookAt } from "./theory-layer.ts";
import { nearestOnRay, relativeDifference, type Vector } from "./theory-math.ts";
import { examine, theoremsApply, type UnitMeasured } from "./theory-unit.ts";

/** Options of `theory`. */
export interface TheoryOptions {
  /** Layers with a BatchNorm to measure, numbered from 1. Default: all that have one. */
  readonly layers?: Layers;
  /**
   * Units to measure, from 0, with all their rows. Default: 8 drawn per layer from the seed, or all where there are
   * fewer.
   */
  readonly units?: Units | undefined;
  /** Number of these units, from the first, for second derivatives. Default 4. */
  readonly curvedUnits?: number;
  /** Steps at which to measure. Default every step. */
  readonly when?: Schedule | undefined;
}

const DEFAULT_UNITS = 8;

/**
 * Measures how well the theorems of the paper, in their corrected form, hold at the BatchNorm layers of a network in
 * training.
 *
 * For a unit with m rows: y what the linear map gives, z = γŷ + β after BatchNorm (before noise), g = dL̂/dz, d =
 * dL̂/dy, and σ the standard deviation of y. Records per layer, over the units with y not constant, γ ≠ 0 and d ≠ 0:
 * - errors, `…_error` and `radial_gradient`: the largest over the units; 0 is exact. Without `network` in the name both
 *   sides come from the measured y, g and γ in float64, by different ways; with it, the network's own float32 passes
 *   are compared with the formula. The theorems have no ε; the network's ε moves these by about ε/σ².
 * - margins, `…_margin`: the smallest over the units, as fractions; not negative (but for rounding) where the
 *   inequality holds. `theorem_c_1_margin` needs d'Hd ≤ g'Hg.
 * - fractions of units and means over units: all else.
 *
 * `THEORY_STATS` (core/theory-stats.ts) says of each stat what it is and which values are good; theory-math.ts has the
 * formulas.
 *
 * Costs per layer about four forward and backward passes from the layer up, ten of the layer alone, and six per unit of
 * `curvedUnits`; give it a schedule.
 *
 * Requires a BatchNorm after a kernel in each chosen layer. With an activations operator that changes the site
 * `linear` the statements about the kernel fail.
 *
 * Source: Santurkar et al. 2018, section 4 and appendix C.
 *
 * @throws {UserError} for an option that is not one.
 *
 * @example
 * ```ts
 * import { take } from "rxjs";
 * import { batches, batchNorm, mlp, rootKey, sgd, shapes10, theory, train } from "gradstream";
 *
 * await batches(shapes10({ train: 64, test: 0 }).train, { size: 32, key: rootKey(0) })
 *   .pipe(
 *     take(1),
 *     train(mlp({ hidden: [8], norm: batchNorm }), sgd({ learningRate: 0.1 }), { seed: 0 }),
 *     theory({ units: [0, 1], curvedUnits: 1 }),
 *   )
 *   .forEach((record) => console.log(record)); // { …, stat: "left_out", layer: 1, value: 0 } …
 * ```
 */
export function theory(options: TheoryOptions = {}): OperatorFunction<Step, Recorded> {
  const {
    layers = "all",
    units,
    curvedUnits = 4,
    when,
  } = option.checkOptions<TheoryOptions>("theory", options, {
    layers: option.layers,
    units: option.units,
    when: option.schedule,
    curvedUnits: option.whole(0),
  });
  return probe({
    name: "theory",
    when,
    options: { layers, ...(units && { units }), curvedUnits },
    fits: (setting) =>
      refusalOf(() => {
        for (const layer of normalizedLayers(setting, layers)) {
          const count = setting.unitsOf(layer, "linear");
          if (units && count !== undefined) checkUnits("theory", layer, count, units);
        }
      }),
    open: () => {
      const initial = new Map<number, Vector>();
      const measure = (step: Step): Measured[] => {
        let below = { input: tf.tensor(step.batch.examples, [step.batch.size, ...step.batch.shape]), of: 1 };
        return normalizedLayers({ layers: step.layers, shapes: step.params }, layers).map((layer) => {
          if (layer > below.of) {
            below = { input: step.pass(step.params, { input: below.input, from: below.of, to: layer - 1 }), of: layer };
          }
          const { value } = step.activations.find((a) => a.layer === layer && a.site === "linear")!;
          const wanted = units ?? { random: Math.min(DEFAULT_UNITS, value.shape.at(-1)!) };
          const chosen = chooseUnits("theory", step, { layer, value }, wanted);
          const place = { layer, input: below.input, units: chosen, curved: curvedUnits };
          const { tensor, unpack } = packed(tf.tidy(() => lookAt(step, place)));
          const records = (values: Float32Array) => {
            const found = unpack(values);
            const measured = statsOf(unitsIn(found, chosen.length), found);
            if (!initial.has(layer)) initial.set(layer, found["kernels"]!);
            Object.assign(measured, lemma(initial.get(layer)!, found["kernels"]!));
            return stats(measured, { layer });
          };
          return { tensor, records };
        });
      };
      return {
        measure,
        save: () => Object.fromEntries([...initial].map(([layer, kernels]) => [String(layer), kernels])),
        load: (memory) => {
          for (const [layer, kernels] of Object.entries(memory)) initial.set(Number(layer), kernels as Vector);
        },
      };
    },
  });
}

/**
 * Returns the chosen layers that have a BatchNorm after a kernel, in ascending order.
 *
 * @throws {UserError} when a chosen layer has none, or no layer of the network has one.
 */
function normalizedLayers(
  { layers: there, shapes }: Pick<Setting, "layers"> & { readonly shapes: Readonly<Record<string, unknown>> },
  layers: Layers,
): readonly number[] {
  checkLayers("theory", layers, { layers: there });
  const has = (layer: number) => {
    const { name, parts } = there[layer - 1]!;
    return parts[parts.indexOf(name) + 1] === "batchNorm" && batchNormNames(shapes, layer) !== undefined;
  };
  if (layers === "all") {
    const found = there.map(({ layer }) => layer).filter(has);
    if (found.length > 0) return found;
    throw new UserError("theory: no layer of this network has a batchNorm; build it with norm: batchNorm");
  }
  const without = layers.find((layer) => !has(layer));
  if (without === undefined) return [...new Set(layers)].sort((a, b) => a - b);
  throw new UserError(
    `theory: layer ${without} has no batchNorm after a kernel, only ${there[without - 1]!.parts.join(", ")}`,
  );
}

/** Joins tensors to one vector, and splits its values again, in float64. */
function packed(tensors: Record<string, Tensor>) {
  const sizes = Object.entries(tensors).map(([name, { size }]) => [name, size] as const);
  return {
    tensor: tf.concat(Object.values(tensors).map((value) => tf.reshape(value, [-1]))),
    unpack: (values: Float32Array): Record<string, Vector> => {
      let at = 0;
      return Object.fromEntries(
        sizes.map(([name, size]) => [name, Float64Array.from(values.subarray(at, (at += size)))]),
      );
    },
  };
}

/** Splits the measurements of a layer into those of its units. */
function unitsIn(found: Record<string, Vector>, count: number): UnitMeasured[] {
  const rows = found["y"]!.length / count;
  const inputs = found["kernel"]!.length / count;
  const column = (name: string, unit: number): Vector => {
    const length = name.startsWith("kernel") ? inputs : rows;
    return found[name]!.subarray(unit * length, (unit + 1) * length);
  };
  const columns = <N extends string>(unit: number, ...names: N[]) =>
    Object.fromEntries(names.map((name) => [name, column(name, unit)])) as Record<N, Vector>;
  return Array.from({ length: count }, (_, unit) => ({
    ...columns(unit, "y", "z", "g", "d", "rescaled", "kernel", "kernelGradient", "kernelRandom", "xRandom"),
    ...columns(unit, "standardGradient", "identityGradient"),
    gamma: found["scale"]![unit]!,
    beta: found["shift"]![unit]!,
    lambda: found["lambda"]![0]!,
    ...(unit * rows < found["hdd"]!.length && { second: columns(unit, "hdd", "hd", "hg") }),
  }));
}

/** Joins the stats of the units to which the theorems apply to those of the layer, as core/theory-stats.ts says. */
function statsOf(units: readonly UnitMeasured[], found: Record<string, Vector>): Record<string, number> {
  const examined = units.filter(theoremsApply);
  const findings = examined.map(examine);
  const joined = THEORY_STATS.flatMap(({ stat, good }) => {
    const values = findings.flatMap((finding) => finding[stat] ?? []);
    return values.length === 0 ? [] : [[stat, JOINED[good](values)] as const];
  });
  return {
    left_out: 1 - examined.length / units.length,
    lambda: found["lambda"]![0]!,
    observation_4_3_loss_error: relativeDifference(found["standardLoss"]![0]!, found["identityLoss"]![0]!),
    ...Object.fromEntries(joined),
  };
}

/** The value of a layer from those of its units, by which values are good. */
const JOINED: Readonly<Record<Good, (values: readonly number[]) => number>> = {
  zero: (values) => Math.max(...values),
  "not negative": (values) => Math.min(...values),
  neither: (values) => values.reduce((a, b) => a + b, 0) / values.length,
};

/** Computes the stats of Lemma 4.5 once the weights have moved; error and margin where k > 0. */
function lemma(initial: Vector, now: Vector): Record<string, number> {
  const { k, left, distance, gain } = nearestOnRay(initial, now);
  if (distance === 0) return {};
  const spoken = {
    lemma_4_5_error: Math.abs(left - (distance - gain)) / (distance + gain),
    lemma_4_5_margin: gain / distance,
  };
  return { lemma_4_5_k: k, ...(k > 0 && spoken) };
}
