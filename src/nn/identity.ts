import { stateless, type Layer } from "./layer.ts";

/** Makes the layer that returns its input, for networks without a non-linearity. No parameters, no state. */
export function identity(): Layer {
  return stateless(
    "identity",
    (shape) => shape,
    (x) => x,
  );
}
