import { UserError } from "./errors.ts";

/** Condition on an option. */
export interface Wanted {
  /** What the value must be, in words that follow "must be". */
  readonly what: string;
  /** Returns whether a value is that. */
  readonly accepts: (value: unknown) => boolean;
  /** Whether the option must be given. Default false. */
  readonly isRequired?: boolean;
}

/** Conditions on the options of a function, by name. */
export type Known<O> = Readonly<Record<keyof O, Wanted>>;

/**
 * Checks the options that a function was called with, and returns them: pipelines may be written without a type
 * checker.
 *
 * @throws {UserError} for an option that is misspelt, missing or of another kind: `ics: no option layer; there are
 * layers, parameters, when`.
 */
export function checkOptions<O extends object>(who: string, options: O | undefined, known: Known<Required<O>>): O {
  const given: unknown = options === undefined ? {} : options;
  if (!isPlain(given)) throw new UserError(`${who}: takes an object of options, not ${shown(given)}`);
  const names = Object.keys(known) as (keyof O & string)[];
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(known, name));
  if (unknown !== undefined) {
    const there = names.length === 1 ? `there is only ${names[0]}` : `there are ${names.join(", ")}`;
    throw new UserError(`${who}: no option ${unknown}; ${there}`);
  }
  for (const name of names) {
    const { what, accepts, isRequired = false } = known[name];
    const value = given[name];
    if (value === undefined && isRequired) throw new UserError(`${who}: ${name} is missing; it must be ${what}`);
    if (value !== undefined && !accepts(value))
      throw new UserError(`${who}: ${name} must be ${what}, not ${shown(value)}`);
  }
  return given as O;
}

/**
 * Checks numbers by their names.
 *
 * @throws {UserError} naming the first that is not a whole number from `least` up.
 */
export function checkWhole(who: string, numbers: Readonly<Record<string, number>>, least: 0 | 1 = 1): void {
  const { what, accepts } = whole(least);
  for (const [name, value] of Object.entries(numbers)) {
    if (!accepts(value)) throw new UserError(`${who}: ${name} must be ${what}, not ${shown(value)}`);
  }
}

/** Returns the numbers of a list by their places: `hidden[0]`. */
export function numbered(name: string, values: readonly number[]): Readonly<Record<string, number>> {
  return Object.fromEntries(values.map((value, i) => [`${name}[${i}]`, value]));
}

/** Returns the condition for an option that must be given. */
export const required = (wanted: Wanted): Wanted => ({ ...wanted, isRequired: true });

/** Makes the condition of a finite number from a least one up. */
export const from = (least: number): Wanted => ({
  what: `a number from ${least} up`,
  accepts: (value) => isFinite(value) && value >= least,
});

/** Condition of a number from 0 to 1. */
export const proportion: Wanted = {
  what: "a number from 0 to 1",
  accepts: (value) => typeof value === "number" && value >= 0 && value <= 1,
};

/** Makes the condition of a finite number above a bound. */
export const above = (bound: number): Wanted => ({
  what: `finite and above ${bound}`,
  accepts: (value) => isFinite(value) && value > bound,
});

/** Makes the condition of a whole number from a least one up. */
export const whole = (least: number): Wanted => ({
  what: `a whole number from ${least} up`,
  accepts: (value) => isWhole(value, least),
});

/** Makes the condition of one of these texts. */
export const oneOf = (...choices: readonly string[]): Wanted => ({
  what: choices.map((choice) => JSON.stringify(choice)).join(" or "),
  accepts: (value) => choices.includes(value as string),
});

/** Makes the condition of a list, not empty, of what meets another; `what` names it. */
const listOf = ({ accepts }: Wanted, what: string): Wanted => ({
  what,
  accepts: (value) => Array.isArray(value) && value.length > 0 && value.every(accepts),
});

/** Accepts anything: for options that their function checks further. */
export const anything: Wanted = { what: "anything", accepts: () => true };
export const number: Wanted = { what: "a number", accepts: (value) => typeof value === "number" };
export const numbers: Wanted = {
  what: "a list of numbers",
  accepts: (value) => Array.isArray(value) && value.every((item) => typeof item === "number"),
};
export const flag: Wanted = { what: "true or false", accepts: (value) => typeof value === "boolean" };
export const text: Wanted = { what: "text", accepts: (value) => typeof value === "string" && value !== "" };
export const callable: Wanted = { what: "a function", accepts: (value) => typeof value === "function" };
export const object: Wanted = { what: "an object", accepts: (value) => isRecord(value) };

export const seedOption: Wanted = { what: "a whole number", accepts: Number.isSafeInteger };

export const keyOption: Wanted = {
  what: "a key, such as rootKey(0)",
  accepts: (value) => isRecord(value) && "hi" in value && "lo" in value,
};

export const schedule: Wanted = {
  what: "a schedule such as every(20)",
  accepts: (value) => isRecord(value) && isWhole(value["every"], 1) && isWholeIfGiven(value["last"]),
};

export const examples: Wanted = {
  what: "something to iterate over again and again, such as test() or [batch]",
  // What a generator gave is its own iterator, and empty the second time.
  accepts: (value) => isIterable(value) && (value[Symbol.iterator]() as unknown) !== value,
};

const isIterable = (value: unknown): value is Iterable<unknown> =>
  typeof value === "object" &&
  value !== null &&
  typeof (value as Partial<Iterable<unknown>>)[Symbol.iterator] === "function";

export const layers: Wanted = {
  what: '"all" or a list of layers from 1 up',
  accepts: (value) => value === "all" || (Array.isArray(value) && value.every((layer) => isWhole(layer, 1))),
};

export const units: Wanted = {
  what: "a list of units from 0 up, or { random: how many }",
  accepts: (value) => listOf(whole(0), "").accepts(value) || (isRecord(value) && isWhole(value["random"], 1)),
};

export const site = oneOf("linear", "norm", "output");

/** Tells whether a value is an object that is no list. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isPlain = (value: unknown): value is Record<string, unknown> =>
  isRecord(value) && [Object.prototype, null].includes(Object.getPrototypeOf(value) as null);

const isFinite = (value: unknown): value is number => Number.isFinite(value);
const isWhole = (value: unknown, least: number): boolean => Number.isSafeInteger(value) && (value as number) >= least;
const isWholeIfGiven = (value: unknown): boolean => value === undefined || isWhole(value, 0);

/** Returns a value in a few words for an error message. */
export function shown(value: unknown): string {
  if (typeof value === "function") return "a function";
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (Array.isArray(value)) return `[${value.slice(0, 8).map(shown).join(", ")}${value.length > 8 ? ", …" : ""}]`;
  if (typeof value !== "object" || value === null) return String(value);
  const { name } = (value as { constructor?: { name: string } }).constructor ?? { name: "Object" };
  if (name !== "Object") return `${/^[aeiou]/i.test(name) ? "an" : "a"} ${name}`;
  const entries = Object.entries(value).slice(0, 4);
  return `{ ${entries.map(([key, item]) => `${key}: ${isRecord(item) ? "…" : shown(item)}`).join(", ")} }`;
}
