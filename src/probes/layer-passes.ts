import * as tf from "@tensorflow/tfjs-core";
import type { Scalar, Tensor } from "@tensorflow/tfjs-core";
import { valueAndGradients } from "../core/gradients.ts";
import type { Step } from "../core/live.ts";
import type { Tap } from "../core/network.ts";
import type { Params } from "../core/params.ts";
import type { Site } from "../core/types.ts";

/** Passes of a step's network from the input of one of its layers on, with values put in at the sites of that layer. */
export class LayerPasses {
  readonly #step: Step;
  readonly #layer: number;
  readonly #input: Tensor;

  constructor(step: Step, { layer, input }: { readonly layer: number; readonly input: Tensor }) {
    this.#step = step;
    this.#layer = layer;
    this.#input = input;
  }

  /** Returns the loss, and its gradient `z`, where the layer's norm gives z, before interventions. */
  fromNorm(z: Tensor) {
    return valueAndGradients(() => this.loss(this.#step.params, "norm", () => this.intervened(z)), { z });
  }

  /** Returns the loss, and its gradient `y`, where the layer's linear map gives y. */
  fromLinear(params: Params, y: Tensor) {
    return valueAndGradients(() => this.loss(params, "linear", () => y), { y });
  }

  /** Returns the loss where `put` stands between the layer's site and what follows. */
  loss(params: Params, site: Site, put: (value: Tensor) => Tensor): Scalar {
    const tap: Tap = (layer, seen, value) => (layer === this.#layer && seen === site ? put(value) : value);
    return this.#step.lossOf(this.#step.pass(params, { input: this.#input, from: this.#layer, tap }));
  }

  /** Returns what the step's intervention makes of the output of the layer's norm. */
  intervened(z: Tensor): Tensor {
    return this.#step.intervention?.(this.#layer, "norm", z) ?? z;
  }

  /** Returns what the layer alone gives at a site, without interventions; with `linear` in place of its linear map. */
  alone(params: Params, site: Site, linear?: Tensor): Tensor {
    let found: Tensor | undefined;
    const tap: Tap = (_layer, seen, value) => {
      const left = seen === "linear" && linear ? linear : value;
      if (seen === site) found = left;
      return left;
    };
    this.#step.pass(params, { input: this.#input, from: this.#layer, to: this.#layer, intervene: false, tap });
    return found!;
  }

  /** Returns the layer's linear map of its input with other weights, and without a bias. */
  linear(weights: Tensor): Tensor {
    const { params } = this.#step;
    const [kernel, bias] = [`layer${this.#layer}/kernel`, `layer${this.#layer}/bias`];
    const without = params[bias] && { [bias]: tf.zerosLike(params[bias]) };
    return this.alone({ ...params, [kernel]: weights, ...without }, "linear");
  }
}
