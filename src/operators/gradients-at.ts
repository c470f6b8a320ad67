import type { Tensor } from "@tensorflow/tfjs-core";
import { valueAndGradients } from "../core/gradients.ts";
import type { Params, State } from "../core/params.ts";
import { elsewhere } from "./elsewhere.ts";
import { drawsOf, lendActivations, type Lending } from "./lend-activations.ts";
import type { TrainerOptions } from "./trainer-options.ts";

/** What a batch is evaluated with at other parameters. */
interface Given {
  readonly state: State;
  readonly examples: Tensor;
  readonly labels: Tensor;
  readonly lending: Lending;
}

/** Computes the gradients of a batch's loss at other parameters, with the noise that training met; training stays. */
export function gradientsAt(params: Params, options: TrainerOptions, { lending, ...given }: Given): Params {
  const { network, loss: lossFunction, activations } = options;
  const { pass, lossOf } = elsewhere({
    network,
    lossFunction,
    activations,
    state: given.state,
    examples: given.examples,
    labels: given.labels,
    draws: drawsOf(lending),
    tapThrough: (inline) => lendActivations(lending, inline),
  });
  return valueAndGradients(() => lossOf(pass(params)), params).grads;
}
