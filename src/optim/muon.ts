import * as tf from "@tensorflow/tfjs-core";
import type { Tensor, Tensor2D } from "@tensorflow/tfjs-core";
import { UserError } from "../core/errors.ts";
import { checkOptions, flag, from, object, oneOf, whole } from "../core/options.ts";
import type { Optimizer } from "../core/optimizer.ts";
import { filterParams, mapParams, roleOf, type Params } from "../core/params.ts";
import { adamW } from "./adam-w.ts";
import { betaOption } from "./adaptive.ts";
import { rateAt, rateOption, type LearningRate } from "./learning-rate.ts";
import { average, toState, zeroSlot } from "./slots.ts";
import { checkDecay, decayed, decayOption, penaltyWithin, type Decaying } from "./weight-decay.ts";

/** Options of `muon`. */
export interface MuonOptions {
  /** Learning rate, or a function from the step (from 0) to it. Default 1e-3. */
  readonly learningRate?: LearningRate;
  /** Rate of the moving average of gradients. Default 0.95. */
  readonly momentum?: number;
  /** Whether the average looks ahead. Default `true`. */
  readonly nesterov?: boolean;
  /** Steps of the Newton-Schulz iteration. Default 5. */
  readonly iterations?: number;
  /**
   * Amount by which a matrix of r outputs and c inputs moves: `aspect`, the learning rate times √max(1, r/c); `adamW`,
   * times 0.2·√max(r, c), which suits learning rates of `adamW`. Default `aspect`.
   */
  readonly adjust?: "aspect" | "adamW";
  /** Decoupled decay: kernels shrink by learningRate · weightDecay. Default 0.1. */
  readonly weightDecay?: number;
  /** Parameters that decay: `all`, `kernels`, or those whose names match a pattern. Default `all`. */
  readonly decay?: Decaying;
  /**
   * Optimizer of every parameter that is not a kernel; its penalty is of these alone. Default `adamW({ learningRate })`.
   */
  readonly others?: Optimizer;
}

const LEAST_NORM = 1e-7;
/** Of the quintic, chosen for its slope at 0. Source: Jordan et al. 2024, "Muon". */
const [A, B, C] = [3.4445, -4.775, 2.0315] as const;

/**
 * Makes Muon (Jordan et al. 2024): kernels move along their averaged gradient, made orthogonal by Newton-Schulz iteration;
 * biases, scales and the like move by another optimizer. A convolution's kernel is the matrix of its inputs, over all
 * positions, and outputs. Differs from PyTorch's in computing in float32 throughout. Its rate is that of kernels.
 *
 * @throws {UserError} for an option that is not one, and for `sam` as `others`. A training errors with it when the learning rate of a step is not a
 * number from 0 up.
 */
export function muon(options: MuonOptions = {}): Optimizer {
  const given = checkOptions<MuonOptions>("muon", options, {
    learningRate: rateOption,
    momentum: betaOption,
    nesterov: flag,
    iterations: whole(1),
    adjust: oneOf("aspect", "adamW"),
    weightDecay: from(0),
    decay: decayOption,
    others: object,
  });
  const { learningRate = 1e-3, momentum = 0.95, nesterov = true, iterations = 5, adjust = "aspect" } = given;
  const { weightDecay = 0.1, decay = "all", others = adamW({ learningRate }) } = given;
  if (others.ascend)
    throw new UserError(`muon: others cannot be ${others.name}, which looks at the gradient elsewhere`);
  return {
    name: "muon",
    options: {
      learningRate,
      momentum,
      nesterov,
      iterations,
      adjust,
      weightDecay,
      decay,
      others: { name: others.name, ...others.options },
    },
    ...(others.penalty && { penalty: penaltyWithin(others.penalty, (name) => roleOf(name) !== "kernel") }),
    init: (params) => {
      checkDecay("muon", weightDecay, decay, kernelsOf(params));
      return { ...zeroSlot("mean", kernelsOf(params)), ...toState("others", others.init(othersOf(params))) };
    },
    update: (params, grads, state, step, steering) => {
      const rate = rateAt("muon", learningRate, step, steering);
      const own = kernelsOf(grads);
      const mean = average(state, "mean", own, momentum);
      const ahead = nesterov ? average(toState("mean", mean), "mean", own, momentum) : mean;
      const kept = decayed(kernelsOf(params), rate, weightDecay, decay);
      const next = mapParams(kept, (value, name) => {
        const matrix = asMatrix(ahead[name]!);
        const turned = tf.reshape(orthogonal(matrix, iterations), value.shape);
        return tf.sub(value, tf.mul(turned, rate * stretch(adjust, matrix.shape)));
      });
      const rest = others.update(othersOf(params), othersOf(grads), fromState("others", state), step, steering);
      const all = { ...next, ...rest.params };
      return {
        params: mapParams(params, (_, name) => all[name]!),
        state: { ...toState("mean", mean), ...toState("others", rest.state) },
        learningRate: rate,
      };
    },
  };
}

const isKernel = (name: string, { rank }: Tensor): boolean => roleOf(name) === "kernel" && rank >= 2;
const kernelsOf = (params: Params): Params => filterParams(params, isKernel);
const othersOf = (params: Params): Params => filterParams(params, (name, value) => !isKernel(name, value));

/** Returns the part of a state under a name. */
const fromState = (slot: string, state: Params): Params =>
  Object.fromEntries(
    Object.entries(state).flatMap(([name, value]) =>
      name.startsWith(`${slot}/`) ? [[name.slice(slot.length + 1), value]] : [],
    ),
  );

const asMatrix = (kernel: Tensor): Tensor2D => tf.reshape(kernel, [-1, kernel.shape.at(-1)!]);

function stretch(adjust: "aspect" | "adamW", [inputs, outputs]: readonly [number, number]): number {
  return adjust === "aspect" ? Math.sqrt(Math.max(1, outputs / inputs)) : 0.2 * Math.sqrt(Math.max(outputs, inputs));
}

/** Turns a matrix U S V' into about U V', with singular values between 0.7 and 1.2. */
function orthogonal(matrix: Tensor2D, iterations: number): Tensor2D {
  const isTall = matrix.shape[0] > matrix.shape[1];
  let x = tf.div<Tensor2D>(matrix, tf.maximum(tf.norm(matrix), LEAST_NORM));
  for (let i = 0; i < iterations; i++) {
    // On the side of the smaller Gram matrix; both give the same.
    const gram = tf.matMul(x, x, isTall, !isTall);
    const factor = tf.add<Tensor2D>(tf.mul(gram, B), tf.mul(tf.matMul(gram, gram), C));
    x = tf.add(tf.mul(x, A), isTall ? tf.matMul(x, factor) : tf.matMul(factor, x));
  }
  return x;
}
