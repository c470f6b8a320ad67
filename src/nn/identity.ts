import { stateless, type Layer } from "./layer.ts";

/** What goes in, for a layer without a non-linearity. */
export function identity(): Layer {
  return stateless(
    "identity",
    (shape) => shape,
    (x) => x,
  );
}
