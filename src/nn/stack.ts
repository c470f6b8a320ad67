import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { UserError } from "../core/errors.ts";

/** Values on their way through a network: those that wait for a sum, from the outermost, and the running one last. */
export type Stack<T> = readonly T[];

/** Shapes of one example of each value of a stack. */
export type StackShapes = Stack<readonly number[]>;

/** What a residual does to the values on their way: `fork`, `swap` its ends, and `join` them. */
export type Move = "fork" | "swap" | "join";

/** Makes a move; `join` is computed by `sum` from the value that waits and the running one. */
export function afterMove<T>(stack: Stack<T>, move: Move, sum: (waiting: T, running: T) => T): Stack<T> {
  const running = stack.at(-1)!;
  if (move === "fork") return [...stack, running];
  const [below, waiting] = [stack.slice(0, -2), stack.at(-2)!];
  return move === "swap" ? [...below, running, waiting] : [...below, sum(waiting, running)];
}

/** Returns the shapes of one example of each value. */
export const shapesOf = (stack: Stack<Tensor>): StackShapes => stack.map(({ shape }) => shape.slice(1));

/** Joins a stack to one tensor, `[size, values]`; a single value stays as it is. */
export function packed(stack: Stack<Tensor>): Tensor {
  if (stack.length === 1) return stack[0]!;
  const flat = stack.map((value) => tf.reshape(value, [value.shape[0], -1]));
  return tf.concat(flat, 1);
}

/** Counts the values of one example that `packed` gives for a stack of these shapes. */
export const packedLength = (shapes: StackShapes): number => shapes.reduce((sum, shape) => sum + product(shape), 0);

/**
 * Returns the stack that `packed` was given, of one of the known shapes.
 *
 * @throws {UserError} naming the layer when none of them fits.
 */
export function unpacked(value: Tensor, layer: number, known: Iterable<StackShapes>): Stack<Tensor> {
  const shapes = [...known].findLast((some) => value.rank === 2 && packedLength(some) === value.shape[1]);
  if (!shapes) {
    throw new UserError(
      `layer ${layer} stands inside a residual: a pass from it takes what a pass to layer ${layer - 1} gives, ` +
        `not [${value.shape}]`,
    );
  }
  const flat = tf.split(value, shapes.map(product), 1);
  return flat.map((one, i) => tf.reshape(one, [value.shape[0], ...shapes[i]!]));
}

const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
