import * as tf from "@tensorflow/tfjs-core";
import { combinationKernel } from "../core/kernels.ts";
import { mapParams, type Params, type State } from "../core/params.ts";

/** Makes zeros like the parameters, a part of an optimizer's state: `velocity/layer1/kernel`. */
export const zeroSlot = (slot: string, params: Params): State =>
  toState(
    slot,
    mapParams(params, (value) => tf.zerosLike(value)),
  );

/** Returns a record by the names of parameters as a part of a state. */
export const toState = (slot: string, values: Params): State =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`${slot}/${name}`, value]));

/** Returns rate · before + (1 - rate) · now for every parameter: an exponential moving average. */
export const average = (state: State, slot: string, now: Params, rate: number): Params =>
  mapParams(now, (value, name) => combinationKernel(state[`${slot}/${name}`]!, rate, value, 1 - rate));
