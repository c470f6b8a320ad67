import { stateless, type Layer } from "./layer.ts";

/** Returns its input, for a layer without a non-linearity. */
export function identity(): Layer {
  return stateless(
    "identity",
    (shape) => shape,
    (x) => x,
  );
}
