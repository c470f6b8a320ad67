import { UserError } from "../../core/errors.ts";

/** Values that a sweep tries of one thing, as text: a hyper-parameter, or `arm`. */
export interface ListedAxis {
  readonly kind: "list";
  readonly key: string;
  readonly values: readonly string[];
}

/** A range that a random search draws from. */
export interface RangeAxis {
  readonly kind: "range";
  readonly key: string;
  readonly low: number;
  readonly high: number;
  /** Drawn evenly in the logarithm. */
  readonly isLog: boolean;
  /** Rounded to whole numbers. */
  readonly isWhole: boolean;
}

export type SweepAxis = ListedAxis | RangeAxis;

const RANGE = /^([-+.\deE]+?)\.\.([-+.\deE]+?)((?::(?:log|int))*)$/;

/**
 * Parses `learningRate=0.01,0.1`, `arm=standard,batchNorm` or the range `learningRate=0.001..1:log`.
 *
 * @throws {UserError} for any other text, an empty value or one that is there twice.
 */
export function parseAxis(text: string): SweepAxis {
  const at = text.indexOf("=");
  const [key, given] = [text.slice(0, at).trim(), text.slice(at + 1).trim()];
  if (at < 1 || key === "") throw new UserError(`--grid ${text}: it must be key=value,value,… or key=low..high`);
  const range = RANGE.exec(given);
  if (range) return rangeOf(key, range, text);
  const values = given.split(",").map((value) => value.trim());
  if (values.includes("")) throw new UserError(`--grid ${text}: a value of ${key} is empty`);
  const twice = values.find((value, i) => values.indexOf(value) < i);
  if (twice !== undefined) throw new UserError(`--grid ${text}: ${twice} is there twice`);
  return { kind: "list", key, values };
}

function rangeOf(key: string, [, from = "", to = "", flags = ""]: RegExpExecArray, text: string): RangeAxis {
  const [low, high] = [Number(from), Number(to)];
  const [isLog, isWhole] = [flags.includes(":log"), flags.includes(":int")];
  if (!Number.isFinite(low) || !Number.isFinite(high) || low >= high) {
    throw new UserError(`--grid ${text}: a range goes from a number to a larger one`);
  }
  if (isLog && low <= 0) throw new UserError(`--grid ${text}: a range with :log begins above 0`);
  if (isWhole && !(Number.isSafeInteger(low) && Number.isSafeInteger(high))) {
    throw new UserError(`--grid ${text}: a range with :int goes from a whole number to another`);
  }
  return { kind: "range", key, low, high, isLog, isWhole };
}

/**
 * Checks axes together, in the order given.
 *
 * @throws {UserError} for a key that is there twice.
 */
export function checkAxes(axes: readonly SweepAxis[]): readonly SweepAxis[] {
  const keys = axes.map(({ key }) => key);
  const twice = keys.find((key, i) => keys.indexOf(key) < i);
  if (twice !== undefined) throw new UserError(`--grid: ${twice} is there twice; give its values as ${twice}=a,b`);
  return axes;
}
