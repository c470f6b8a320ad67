import { UserError } from "../core/errors.ts";
import { anything, checkOptions, required, text, type Wanted } from "../core/options.ts";
import type { DataSet, RawExamples } from "../core/types.ts";
import { labelled } from "./labelled.ts";
import type { NumberArray, Numbers } from "./number-array.ts";
import { HELD_OUT, hashed, ownDataSet } from "./own-data-set.ts";

/** Numbers of one's own: nested lists, or a typed array, whose examples lie one after another. */
type Values = Numbers | readonly number[] | NestedValues;
/** Lists in lists. */
type NestedValues = readonly (readonly number[] | Numbers | NestedValues)[];

/** Examples with a class, or target values, each. */
interface OwnExamples {
  /** Examples: bytes are scaled to [-1, 1], other numbers taken as they are. A typed array needs `shape`. */
  readonly examples: Values;
  /** A class per example, from 0 to 65,535. Either they or `targets`. */
  readonly labels?: Numbers | readonly number[];
  /** Target values of a regression: one number per example, or a list per example. */
  readonly targets?: Values;
}

/** Options of `fromArrays`. */
export interface ArraysOptions extends OwnExamples {
  /** Shape of one example, such as `[height, width, channels]`. Default: that of the lists. */
  readonly shape?: readonly number[];
  /** Names of the classes. Default: their numbers. */
  readonly classes?: readonly string[];
  /** Test examples, or the part of the examples that is held out. Default 0.2. */
  readonly test?: OwnExamples | number;
  /** Name, for records. Default `own arrays`. */
  readonly name?: string;
}

const part: Wanted = {
  what: "test examples, or a part from 0 up to but not including 1",
  accepts: (value) => (typeof value === "number" ? value >= 0 && value < 1 : typeof value === "object"),
};

/**
 * Makes a data set of arrays. Its name gets the beginning of its content's hash: `own arrays@0f4c63a1b2d9`.
 *
 * @throws {UserError} naming the example when lengths differ, a value is not a finite number, or a label is no class.
 *
 * @example
 * ```ts
 * import { fromArrays } from "gradstream";
 *
 * const xor = fromArrays({ examples: [[0, 0], [0, 1], [1, 0], [1, 1]], labels: [0, 1, 1, 0], test: 0 });
 * console.log(xor.train.count, xor.shape, xor.classes.length); // 4 [ 2 ] 2
 * ```
 */
export function fromArrays(options: ArraysOptions): DataSet {
  const { shape, classes, test = HELD_OUT, name = "own arrays", ...own } = checkOptions<ArraysOptions>(
    "fromArrays",
    options,
    {
      examples: required(anything), labels: anything, targets: anything, shape: anything, classes: anything, test: part,
      name: text,
    },
  );
  const made = (given: OwnExamples, who: string): RawExamples => ownExamples(given, who, shape, classes?.length);
  const train = made(own, "fromArrays");
  return hashed(
    ownDataSet({ name, train, test: typeof test === "number" ? test : made(test, "fromArrays: test"), classes }),
  );
}

function ownExamples(
  { examples, labels, targets }: OwnExamples,
  who: string,
  shape: readonly number[] | undefined,
  classes: number | undefined,
): RawExamples {
  if ((labels === undefined) === (targets === undefined)) {
    throw new UserError(`${who}: give either labels (classes) or targets (numbers)`);
  }
  const areTargets = targets !== undefined;
  const label = toArray(targets ?? labels!, `${who}: ${areTargets ? "targets" : "labels"}`);
  const value = toArray(examples, `${who}: examples`);
  const perExample = shape?.reduce((product, n) => product * n, 1) ?? 1;
  const isFlat = ArrayBuffer.isView(examples);
  if (isFlat && (shape === undefined || value.values.length % perExample !== 0)) {
    throw new UserError(
      `${who}: ${value.values.length} values do not divide into examples of ${shape ? `[${shape.join(", ")}]` : "no shape; give shape"}`,
    );
  }
  const count = isFlat ? value.values.length / perExample : value.shape[0]!;
  const ownShape = isFlat ? [count, ...shape!] : value.shape;
  const perTarget = areTargets && ArrayBuffer.isView(targets) ? [count, targets.length / count] : label.shape;
  if (!perTarget.every(Number.isInteger)) {
    throw new UserError(`${who}: ${label.values.length} targets do not divide among ${count} examples`);
  }
  return labelled({
    examples: { who, values: value.values, shape: ownShape },
    labels: { who, values: label.values, shape: perTarget, areTargets },
    shape,
    classes,
  });
}

/** Returns lists in lists as one array. */
function toArray(values: Values, who: string): NumberArray {
  if (ArrayBuffer.isView(values)) return { values, shape: [values.length] };
  const flat: number[] = [];
  const shape = shapeOfLists(values, who);
  const add = (item: unknown, depth: number, path: string): void => {
    if (depth === shape.length) {
      if (typeof item !== "number") throw new UserError(`${who}${path} is ${JSON.stringify(item)}, not a number`);
      flat.push(item);
      return;
    }
    const list = item as ArrayLike<unknown>;
    const length = typeof item === "object" && item !== null ? list.length : undefined;
    if (length !== shape[depth]) {
      throw new UserError(`${who}${path} has ${length ?? "no"} values, but the first has ${shape[depth]}`);
    }
    for (let i = 0; i < length!; i++) add(list[i], depth + 1, `${path}[${i}]`);
  };
  add(values, 0, "");
  return { values: Float64Array.from(flat), shape };
}

function shapeOfLists(values: unknown, who: string): readonly number[] {
  const shape: number[] = [];
  for (let item = values; typeof item === "object" && item !== null; item = (item as ArrayLike<unknown>)[0]) {
    const { length } = item as ArrayLike<unknown>;
    if (!length) throw new UserError(`${who}: there are none`);
    shape.push(length);
  }
  if (shape.length === 0) throw new UserError(`${who}: must be lists of numbers or typed arrays`);
  return shape;
}
