import type { Tensor } from "@tensorflow/tfjs-core";
import type { OperatorFunction } from "rxjs";
import type { Step } from "../core/live.ts";
import * as option from "../core/options.ts";
import { layerOf, roleOf } from "../core/params.ts";
import type { TensorValues } from "../core/read.ts";
import { refusalOf } from "../core/refusal.ts";
import type { Schedule } from "../core/schedule.ts";
import type { Recorded } from "../core/types.ts";
import { compareVectors } from "../core/vectors.ts";
import { probe } from "../operators/probe.ts";
import { checkLayers, type Layers } from "../operators/select-layers.ts";
import { inLayer, stats } from "../operators/stats.ts";

/** Options of `norms`. */
export interface NormsOptions {
  /** Layers to measure, numbered from 1. Default `all`. */
  readonly layers?: Layers;
  /** Steps at which to measure. Default every step. */
  readonly when?: Schedule | undefined;
}

/**
 * Measures the lengths of the gradient, the parameters and the update.
 *
 * Records per layer, of all its parameters θ, and for the whole network:
 * - `gradient_norm`: ‖g‖, of the objective;
 * - `parameter_norm`: ‖θ‖;
 * - `update_norm`: ‖θ' - θ‖, of the optimizer's update;
 * - `distance`: ‖θ - θ₀‖, from the first measured step.
 *
 * Records per layer with a kernel w (all its kernels together, where there are several):
 * - `effective_learning_rate`: learning rate / ‖w‖²;
 * - `angular_update`: the angle between w and its update, in radians.
 *
 * The last two describe a step when the network does not depend on the scale of w (van Laarhoven 2017; Arora, Li and
 * Lyu 2019).
 *
 * Costs reading parameters, gradients and update back, and a pass over them in float64; no pass of the network.
 *
 * @throws {UserError} for an option that is not one.
 */
export function norms(options: NormsOptions = {}): OperatorFunction<Step, Recorded> {
  const { layers = "all", when } = option.checkOptions<NormsOptions>("norms", options, {
    layers: option.layers,
    when: option.schedule,
  });
  return probe({
    name: "norms",
    when,
    options: { layers },
    fits: (setting) => refusalOf(() => checkLayers("norms", layers, setting)),
    open: () => {
      let initial: TensorValues | undefined;
      const measure = (step: Step) => {
        const chosen = layers === "all" ? step.layers.map(({ layer }) => layer) : [...layers];
        const names = Object.keys(step.params);
        const of = (values: Readonly<Record<string, Tensor>>): Tensor[] => names.map((name) => values[name]!);
        const records = (values: TensorValues) => {
          const [params, grads, next] = [0, 1, 2].map((i) => values.slice(i * names.length, (i + 1) * names.length));
          initial ??= params!.map((own) => own.slice());
          const sums = names.map((_name, i) => sumsOf(grads![i]!, params![i]!, next![i]!, initial![i]!));
          return found(step.learningRate, chosen, new Map(names.map((name, i) => [name, sums[i]!])));
        };
        return [{ tensors: [...of(step.params), ...of(step.grads), ...of(step.next)], records }];
      };
      return {
        measure,
        save: () => Object.fromEntries((initial ?? []).map((values, i) => [String(i), values])),
        load: (memory) => {
          const count = Object.keys(memory).length;
          if (count > 0) initial = Array.from({ length: count }, (_, i) => memory[String(i)] as Float32Array);
        },
      };
    },
  });
}

/** Sums over the elements of a tensor: g², θ², (θ' - θ)², (θ - θ_0)², θ'² - θ². */
type Sums = readonly [number, number, number, number, number];

function sumsOf(grads: Float32Array, params: Float32Array, next: Float32Array, initial: Float32Array): Sums {
  let gradient = 0;
  let parameter = 0;
  let update = 0;
  let distance = 0;
  let growth = 0;
  for (let i = 0; i < params.length; i++) {
    const g = grads[i]!;
    const old = params[i]!;
    const now = next[i]!;
    const turn = now - old;
    const away = old - initial[i]!;
    gradient += g * g;
    parameter += old * old;
    update += turn * turn;
    distance += away * away;
    growth += turn * (now + old);
  }
  return [gradient, parameter, update, distance, growth];
}

function found(learningRate: number, layers: readonly number[], sums: ReadonlyMap<string, Sums>) {
  return [...layers, undefined].flatMap((layer) => {
    const own = [...sums].filter(([name]) => layer === undefined || layerOf(name) === layer);
    const length = (of: number) => Math.sqrt(own.reduce((total, [, values]) => total + values[of]!, 0));
    const ofAll = {
      gradient_norm: length(0),
      parameter_norm: length(1),
      update_norm: length(2),
      distance: length(3),
    };
    const kernels = own.filter(([name]) => roleOf(name) === "kernel").map(([, values]) => values);
    if (layer === undefined || kernels.length === 0) return stats(ofAll, inLayer(layer));
    const [old, turn, growth] = ([1, 2, 4] as const).map((of) =>
      kernels.reduce((sum, values) => sum + values[of], 0),
    ) as [number, number, number];
    const { cosineDistance } = compareVectors([old, old + growth, turn, growth]);
    const ofKernel = {
      effective_learning_rate: learningRate / old,
      angular_update: 2 * Math.asin(Math.min(1, Math.sqrt(cosineDistance / 2))),
    };
    return stats({ ...ofAll, ...ofKernel }, { layer });
  });
}
