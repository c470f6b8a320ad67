import type { Tensor } from "@tensorflow/tfjs-core";

/** A recorded call of a kernel, as its rule sees it while tangents are pushed through. */
export interface Call {
  readonly kernel: string;
  readonly attrs: Readonly<Record<string, unknown>>;
  /** Names of the inputs, in the kernel's order. */
  readonly names: readonly string[];
  /** Shapes of the inputs, and of the first output. */
  shapeOf(name: string): number[];
  readonly shape: number[];
  /** Returns the value of an input. */
  input(name: string): Tensor;
  /** Returns the tangent of an input; undefined means zero. */
  tangent(name: string): Tensor | undefined;
  /** How many outputs there are, and the value of one. */
  readonly outputCount: number;
  output(index?: number): Tensor;
  /** Makes a tensor for the first direction, and keeps it for all others. */
  once(name: string, make: () => Tensor): Tensor;
}

/** Tangents of a call's outputs, in their order; undefined means zero. */
type Tangents = Tensor | undefined | readonly (Tensor | undefined)[];

/**
 * Derivative of one kernel: how its outputs move when its inputs move. Masks of piecewise linear kernels and the
 * winners of maxima are constants: it is the derivative of the piece on which the inputs stand.
 */
export interface Rule {
  /** Whether the rule reads the values of inputs and outputs; otherwise they need not be kept. */
  readonly reads: boolean;
  readonly push: (call: Call) => Tangents;
}

/** Makes a rule that reads the values of inputs or outputs. */
export const reading = (push: Rule["push"]): Rule => ({ reads: true, push });

/** Makes a rule that reads no values. */
export const blind = (push: Rule["push"]): Rule => ({ reads: false, push });

/** Returns the sum of those that are not absent. */
export function sumOf(parts: readonly (Tensor | undefined)[], add: (a: Tensor, b: Tensor) => Tensor) {
  return parts.reduce((sum, part) => (sum && part ? add(sum, part) : (sum ?? part)), undefined);
}
