import { UserError } from "../core/errors.ts";
import type { RawExamples } from "../core/types.ts";
import type { NumberArray } from "./number-array.ts";

/** Classes that there may be. */
export const MOST_CLASSES = 65_536;

/** Arrays that become examples, each with the name of where it is from. */
export interface Arrays {
  /** Values, example by example. */
  readonly examples: Named;
  /** Shape of one example. Default: that of `examples` without its first axis; images of bytes get a channel. */
  readonly shape?: readonly number[] | undefined;
  /** Classes, or targets. */
  readonly labels: Named & {
    /** Whether they are target values, not classes. */
    readonly areTargets: boolean;
  };
  /** Number of classes. Default: one more than the largest label. */
  readonly classes?: number | undefined;
}

/** An array, and who is to blame for it. */
export interface Named extends NumberArray {
  readonly who: string;
}

/**
 * Puts examples and their labels together.
 *
 * @throws {UserError} naming the array and the example when lengths differ, a value is not a number, or a label is no class.
 */
export function labelled({ examples, labels, classes, ...given }: Arrays): RawExamples {
  const { who } = examples;
  const [count = 0, ...own] = examples.shape;
  if (count === 0 || examples.values.length === 0) throw new UserError(`${who}: has no examples`);
  const [labelCount = 0] = labels.shape;
  if (labelCount !== count) {
    const what = labels.areTargets ? "targets" : "labels";
    throw new UserError(`${labels.who}: has ${what} of ${labelCount} examples, but ${who} has ${count} examples`);
  }
  const shape = given.shape ?? shapeOf(own, examples);
  const perExample = shape.reduce((product, n) => product * n, 1);
  if (examples.values.length !== count * perExample) {
    const has = examples.values.length / count;
    throw new UserError(`${who}: an example has ${has} values, which is not [${shape}]`);
  }
  const pixels = examples.values instanceof Uint8Array ? examples.values : toFloats(examples, "value");
  return { count, shape, pixels, labels: labels.areTargets ? toFloats(labels, "target") : toClasses(labels, classes) };
}

/** Bytes in two dimensions are an image, to which layers of images want a channel. */
function shapeOf(own: readonly number[], { values }: NumberArray): readonly number[] {
  if (own.length === 0) return [1];
  return own.length === 2 && values.BYTES_PER_ELEMENT === 1 ? [...own, 1] : own;
}

/** Returns finite numbers as float32. */
function toFloats({ who, shape, values }: Named, what: string): Float32Array {
  const out = Float32Array.from(values);
  const at = out.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return out;
  const each = out.length / shape[0]!;
  throw new UserError(`${who}: ${what} ${at % each} of example ${Math.floor(at / each)} is ${values[at]}, no finite float32`);
}

/** Returns whole numbers as classes. */
function toClasses({ who, shape, values }: Named, classes: number | undefined): Uint8Array | Uint16Array {
  if (values.length !== shape[0]) {
    throw new UserError(`${who}: has ${values.length / shape[0]!} labels an example; a class is one number`);
  }
  let most = 0;
  for (let i = 0; i < values.length; i++) {
    const label = values[i]!;
    if (!Number.isInteger(label)) {
      throw new UserError(`${who}: the label of example ${i} is ${label}, no class; are these targets of a regression?`);
    }
    if (label < 0 || label >= (classes ?? MOST_CLASSES)) {
      throw new UserError(`${who}: the label of example ${i} is ${label}, expected 0 to ${(classes ?? MOST_CLASSES) - 1}`);
    }
    most = Math.max(most, label);
  }
  return most < 256 ? Uint8Array.from(values) : Uint16Array.from(values);
}
