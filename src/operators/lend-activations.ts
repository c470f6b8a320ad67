import type { Tensor } from "@tensorflow/tfjs-core";
import type { Lifetime } from "../core/lifetime.ts";
import type { Activation } from "../core/live.ts";
import type { Tap } from "../core/network.ts";
import { fold, type Key } from "../core/random.ts";
import type { StepSteering } from "../core/steering.ts";
import type { Inline } from "./inline.ts";

/** Step in which activations are lent, and for how long. */
export interface Lending {
  readonly step: number;
  /** Random key of the training. */
  readonly key: Key;
  readonly lifetime: Lifetime;
  readonly steering: StepSteering;
}

/** Returns the key of all that the layers of a network draw in a step. */
export const drawsOf = ({ key, step }: Pick<Lending, "key" | "step">): Key => fold(key, "draws", step);

/** Makes a tap that lends every activation of a step to the activations operator (if any), then to `observe`. */
export function lendActivations(
  { step, key, lifetime, steering }: Lending,
  inline: Inline | undefined,
  observe: (activation: Activation) => void = () => undefined,
): Tap {
  const stepKey = fold(key, "step", step);
  return (layer, site, value) => {
    const lend = (a: Tensor): Activation =>
      lifetime.lend(
        `layer ${layer} (${site}), step ${step}`,
        { step, layer, site, steering },
        {
          value: a,
          get key() {
            return fold(stepKey, layer, site);
          },
        },
      );
    const given = lend(value);
    const left = inline ? lend(inline.push(given).value) : given;
    observe(left);
    return left.value;
  };
}
