import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "@tensorflow/tfjs";
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
import { examine, isLive, type UnitMeasured } from "./theory-unit.ts";

export interface TheoryOptions {
  /** Layers with a BatchNorm; default all that have one. */
  readonly layers?: Layers;
  /** Units looked at, all rows of them; default 8 drawn once per layer from the seed, or all where there are fewer. */
  readonly units?: Units | undefined;
  /** How many of these, from the first, for second derivatives: about six forward and backward passes each. */
  readonly curvedUnits?: number;
  readonly when?: Schedule | undefined;
}

const DEFAULT_UNITS = 8;

/**
 * The theorems of Santurkar et al. 2018 (section 4, appendix C), each in its corrected form (probes/theory-math.ts), at
 * BatchNorm layers of the network in training. Of unit j: y what the linear map gives, g = dL̂/dz behind BatchNorm
 * (before noise), d = dL̂/dy, m rows, γ and σ. Readings per layer, of the live units among `units`; `left_out` is the
 * fraction that is not: y is constant, γ is 0 or nothing reaches d.
 *
 * Errors, the largest over the units, 0 where exact. In float64, both sides from the measured y, g, γ, by different
 * ways: `fact_c_1_error`, `theorem_4_1_error`, `theorem_4_2_error`, `observation_4_3_error`, `theorem_4_4_error` (at
 * X = λuv', which attains it), `lemma_4_5_error`. Of the network's own float32 passes against the formula:
 * `fact_c_1_network_error` and `theorem_4_1_network_error` (its d), `theorem_4_2_network_error` and
 * `hessian_network_error` (its d²L̂/dy² times d, exactly, against equations 41 and 42 with its H d), `observation_4_3_loss_error` (loss at γ = σ, β = μ against that without
 * BatchNorm), `observation_4_3_network_error` (dL̂/dy there, from the standard network's dL/dy), `weight_gradient_error` (dL̂/dW = X'd along a random W), `scale_invariance_error` (z with W doubled) and
 * `radial_gradient` (|cos| of dL̂/dW and W). The theorems have no ε; the network's moves these by about ε/σ².
 *
 * Margins, the smallest over the units, not below 0 (but for rounding) where the inequality holds, as parts of 1: `theorem_4_1_margin`
 * 1 - ‖d‖² / (γ²/σ² ‖g‖²); `theorem_4_2_margin`, what BatchNorm takes off γ²/σ² d'Hd, of the units with γ⟨g,ŷ⟩ > 0;
 * `observation_4_3_margin`, 1 - ‖dL̂/dy‖² / ‖dL/dy‖² at γ = σ, β = μ, in float64 from the standard network's dL/dy; `theorem_4_4_margin`, ‖dL̂/dW‖² below the bound at
 * `lambda`, the largest singular value of the layer's X; `theorem_c_1_margin`, at XX' = I, γ²/σ² (g'Hg - κ) minus the curvature,
 * which needs d'Hd ≤ g'Hg and is negative without; `lemma_4_5_margin`, the part of ‖W₀ - W*‖² saved (W₀ where this probe
 * first looked, W* now, if k = `lemma_4_5_k` > 0).
 *
 * Fractions of units: `positive_alignment` ⟨g,ŷ⟩ > 0; `positive_curvature` d'Hd > 0; `theorem_4_1_printed_violated`,
 * `theorem_4_4_printed_violated` (at λ) and `theorem_4_2_second_form_violated` count where the printed forms fail. Means:
 * `gradient_ratio` ‖d‖²/‖g‖², and what the projections take of ‖g‖²: `mean_share` ⟨1,g⟩²/m, `alignment_share` ⟨g,ŷ⟩²/m.
 *
 * An activations operator that changes site `linear` stands between X and y; the statements about W fail there. Costs
 * about four forward and backward passes from each layer up, ten of the layer alone and six per curved unit, so give it
 * a schedule.
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
          const chosen = chooseUnits("theory", step, layer, value, wanted);
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
      return { measure };
    },
  });
}

/** @throws UserError naming what a layer has instead of a BatchNorm. */
function normalizedLayers(
  { layers: there, shapes }: Pick<Setting, "layers"> & { readonly shapes: Readonly<Record<string, unknown>> },
  layers: Layers,
): readonly number[] {
  checkLayers("theory", layers, { layers: there });
  const has = (layer: number) =>
    there[layer - 1]!.parts[1] === "batchNorm" && batchNormNames(shapes, layer) !== undefined;
  if (layers === "all") {
    const found = there.map(({ layer }) => layer).filter(has);
    if (found.length > 0) return found;
    throw new UserError("theory: no layer of this network has a batchNorm; build it with norm: batchNorm");
  }
  const without = layers.find((layer) => !has(layer));
  if (without === undefined) return [...new Set(layers)].sort((a, b) => a - b);
  throw new UserError(
    `theory: layer ${without} has no batchNorm behind a kernel, only ${there[without - 1]!.parts.join(", ")}`,
  );
}

/** Tensors as one, and back from its values, in float64. */
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

/** Joins the stats of the live units to those of the layer, as core/theory-stats.ts says. */
function statsOf(units: readonly UnitMeasured[], found: Record<string, Vector>): Record<string, number> {
  const live = units.filter(isLive);
  const findings = live.map(examine);
  const joined = THEORY_STATS.flatMap(({ stat, good }) => {
    const values = findings.flatMap((finding) => finding[stat] ?? []);
    return values.length === 0 ? [] : [[stat, JOINED[good](values)] as const];
  });
  return {
    left_out: 1 - live.length / units.length,
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

/** Lemma 4.5, once the weights have moved, where it speaks. */
function lemma(initial: Vector, now: Vector): Record<string, number> {
  const { k, left, distance, gain } = nearestOnRay(initial, now);
  if (distance === 0) return {};
  const spoken = {
    lemma_4_5_error: Math.abs(left - (distance - gain)) / (distance + gain),
    lemma_4_5_margin: gain / distance,
  };
  return { lemma_4_5_k: k, ...(k > 0 && spoken) };
}
