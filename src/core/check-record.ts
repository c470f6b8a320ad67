import { UserError } from "./errors.ts";
import type { Recorded } from "./types.ts";

/** Tells whether a value is right. */
type Check = (value: unknown) => boolean;

const INTEGER_MAX = 2 ** 31 - 1;

const isInteger: Check = (value) => Number.isInteger(value) && Math.abs(value as number) <= INTEGER_MAX;
const isStep: Check = (value) => isInteger(value) && (value as number) >= 0;
const isNumber: Check = (value) => typeof value === "number";
const isText: Check = (value) => typeof value === "string";
const isMoment: Check = (value) => typeof value === "number" && Math.abs(value) <= 8.64e15;
const isCounts: Check = (value) => Array.isArray(value) && value.every(isInteger);
const isJson: Check = (value) => {
  try {
    return typeof value === "object" && value !== null && typeof (JSON.stringify(value) as unknown) === "string";
  } catch {
    return false;
  }
};

const WHOLE = `a whole number up to ${INTEGER_MAX}`;
const STEP = `a whole number from 0 to ${INTEGER_MAX}`;

/** Fields of each kind of record, each with what it is; those whose name ends in `?` may be left out. */
const FIELDS: Readonly<Record<Recorded["kind"], readonly (readonly [name: string, check: Check, what: string])[]>> = {
  reading: [
    ["step", isStep, STEP],
    ["probe", isText, "a name"],
    ["stat", isText, "a name"],
    ["layer?", isInteger, WHOLE],
    ["unit?", isInteger, WHOLE],
    ["distance?", isNumber, "a number"],
    ["value", isNumber, "a number"],
  ],
  histogram: [
    ["step", isStep, STEP],
    ["layer", isInteger, WHOLE],
    ["site", isText, "a name"],
    ["unit?", isInteger, WHOLE],
    ["lo", isNumber, "a number"],
    ["hi", isNumber, "a number"],
    ["counts", isCounts, `a list of whole numbers up to ${INTEGER_MAX}`],
  ],
  event: [
    ["step", isInteger, WHOLE],
    ["at", isMoment, "milliseconds since 1970"],
    ["level", isText, "a name"],
    ["name", isText, "a name"],
    ["message", isText, "a line of text"],
    ["data?", isJson, "an object that JSON can write"],
  ],
};

/** The same, as it is looked through for each record. */
const CHECKS = Object.entries(FIELDS).map(([kind, fields]) => ({
  kind,
  fields: fields.map(([name, check, what]) => {
    const isOptional = name.endsWith("?");
    return { name: isOptional ? name.slice(0, -1) : name, check, what, isOptional };
  }),
}));

/**
 * Checks that a value is a record as the store can keep it: pipelines and probes may be anybody's.
 *
 * @throws {UserError} naming the probe and the field.
 */
export function checkRecord(record: unknown): asserts record is Recorded {
  const given = (record ?? {}) as Readonly<Record<string, unknown>>;
  const known = CHECKS.find(({ kind }) => kind === given["kind"]);
  if (known === undefined) {
    const what = given["step"] === undefined ? shownValue(record) : "a step; end the pipe with probes(…)";
    throw new UserError(`run must emit readings, histograms or events, and gave ${what}`);
  }
  for (const { name, check, what, isOptional } of known.fields) {
    const value = given[name];
    if (check(value) || (isOptional && value === undefined)) continue;
    const whose = typeof given["probe"] === "string" ? `probe ${given["probe"]}` : "run";
    throw new UserError(
      `${whose} gave ${known.kind === "event" ? "an" : "a"} ${known.kind} whose ${name} is ${shownValue(value)}, not ${what}`,
    );
  }
}

function shownValue(value: unknown): string {
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "a list" : "an object";
  if (typeof value === "string") return `the text ${JSON.stringify(value.slice(0, 40))}`;
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") {
    return `${typeof value} ${String(value)}`;
  }
  return value === undefined ? "missing" : `a ${typeof value}`;
}
