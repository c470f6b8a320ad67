import { UserError } from "../core/errors.ts";

/** What of a file is what, as `loadData` takes it and `--data` spells it. */
export interface DataChoice {
  /** Column, array or file that holds the classes. Default: the usual one, such as `label`. */
  readonly label?: string;
  /** Columns, or the array or file, that hold the targets of a regression. Default: none. */
  readonly targets?: readonly string[];
  /** Columns to leave out. Default: none. */
  readonly drop?: readonly string[];
  /** File of the test examples, or the part of the examples that is held out. Default 0.2. */
  readonly test?: string | number;
  /** Shape of one example. Default: as the file has it. */
  readonly shape?: readonly number[];
}

/** A file and what of it is what. */
export interface Spelt extends DataChoice {
  readonly path: string;
}

const KEYS = "label|target|drop|test|shape";

/**
 * Reads `flowers.csv,label=species,drop=id,test=0.1`: a path and what of the file is what.
 *
 * @throws {UserError} for a shape or a part that is none.
 */
export function spelt(text: string): Spelt {
  const [path = "", ...settings] = text.split(new RegExp(`,(?=(?:${KEYS})=)`));
  const given = settings.map((setting) => {
    const at = setting.indexOf("=");
    return [setting.slice(0, at), setting.slice(at + 1)] as const;
  });
  const all = (key: string) => given.flatMap(([name, value]) => (name === key ? [value] : []));
  const once = (key: string) => {
    const values = all(key);
    if (values.length > 1) throw new UserError(`data: ${key} is there twice in ${text}`);
    return values[0];
  };
  const [label, test, shape] = [once("label"), once("test"), once("shape")];
  const [targets, drop] = [all("target"), all("drop")];
  return {
    path,
    ...(label !== undefined && { label }),
    ...(targets.length > 0 && { targets }),
    ...(drop.length > 0 && { drop }),
    ...(test !== undefined && { test: /^[\d.]+$/.test(test) ? Number(test) : test }),
    ...(shape !== undefined && { shape: lengths(shape) }),
  };
}

/** Reads `28x28x1`. */
function lengths(text: string): readonly number[] {
  const shape = text.split("x").map(Number);
  if (shape.every((n) => Number.isInteger(n) && n > 0)) return shape;
  throw new UserError(`data: shape=${text} is not a shape, such as shape=28x28x1`);
}

/** Writes a file and what of it is what as `spelt` reads it. */
export function spelling({ path, label, targets = [], drop = [], test, shape }: Spelt): string {
  return [
    path,
    ...(label === undefined ? [] : [`label=${label}`]),
    ...targets.map((column) => `target=${column}`),
    ...drop.map((column) => `drop=${column}`),
    ...(test === undefined ? [] : [`test=${test}`]),
    ...(shape === undefined ? [] : [`shape=${shape.join("x")}`]),
  ].join(",");
}
