// What is typed to find runs: words, and comparisons such as `learningRate>=0.1`, all of which must hold.

import type { RunState } from "../../feed/client/index.ts";

/** One of the terms: a word, or a comparison of what has a name. */
interface Term {
  readonly text: string;
  readonly name?: string;
  readonly sign?: string;
  readonly value: string;
}

/** Values of a run by the names under which they are looked for. */
export type NamedValues = Readonly<Record<string, unknown>>;

/** Tells which runs are looked for. */
export interface RunFilter {
  readonly finds: (run: RunState) => boolean;
  /** The first term that cannot be understood, and why, in one line. */
  readonly problem: string | undefined;
}

const COMPARISON = /^([^\s<>=!"]*)(<=|>=|!=|==|=|<|>)(.*)$/;
/** Names that a message lists, at most. */
const MOST_TOLD = 12;

/** Reads what was typed; terms that are not complete are left out. */
function parse(wanted: string): { readonly terms: readonly Term[]; readonly problem: string | undefined } {
  const problems: string[] = [];
  const terms = (wanted.match(/(?:[^\s"]|"[^"]*"?)+/g) ?? []).flatMap((text): Term[] => {
    if ((text.split('"').length - 1) % 2 === 1) problems.push(`${text}: the quotation mark is not closed`);
    const [, name, sign, value = ""] = COMPARISON.exec(text) ?? [];
    if (sign === undefined) return [{ text, value: text.replaceAll('"', "") }];
    if (name === "") problems.push(`${text}: say what is compared, as in seed${sign}3`);
    else if (value === "") problems.push(`${text}: say with what, as in ${text}3`);
    else return [{ text, name: name!, sign: sign === "==" ? "=" : sign, value: value.replaceAll('"', "") }];
    return [];
  });
  return { terms, problem: problems[0] };
}

/**
 * Makes a filter of what was typed. `more` gives values of a run that its state does not have.
 */
export function runFilter(
  wanted: string,
  runs: readonly RunState[],
  more: (run: RunState) => NamedValues = () => ({}),
): RunFilter {
  const { terms, problem } = parse(wanted);
  const valuesOf = (run: RunState): NamedValues => {
    const own = namedValues(run);
    return { ...own, ...more(run), ...own };
  };
  const compared = terms.filter(({ name }) => name !== undefined);
  const known = compared.length > 0 ? runs.map(valuesOf) : [];
  return {
    finds: (run) => terms.every((term) => holdsOf(run, term, valuesOf)),
    problem: problem ?? compared.map((term) => problemOf(term, known)).find((one) => one !== undefined),
  };
}

/**
 * Tells whether a run is one that is looked for: every word stands in its arm, state, settings, data set, network, backend,
 * note or tags, and comparisons, which may be of its experiment, id and steps too, such as `learningRate>=0.1`, `tag=good` or `status!=running` hold.
 */
export const isFound = (run: RunState, wanted: string): boolean => runFilter(wanted, []).finds(run);

function holdsOf(run: RunState, { name, sign = "", value }: Term, valuesOf: (run: RunState) => NamedValues): boolean {
  if (name === undefined) return wordsOf(run).includes(value.toLowerCase());
  const values = valuesOf(run);
  return (
    Object.hasOwn(values, name) &&
    values[name] !== undefined &&
    values[name] !== null &&
    holds(values[name], sign, value)
  );
}

function problemOf({ text, name, sign, value }: Term, known: readonly NamedValues[]): string | undefined {
  if (known.length === 0) return undefined;
  const values = known.flatMap((one) => (Object.hasOwn(one, name!) ? [one[name!]] : []));
  if (values.length === 0) {
    const names = [...new Set(known.flatMap((one) => Object.keys(one)))];
    const more = names.length > MOST_TOLD ? ", …" : "";
    return `${text}: no run has ${name!}; there are ${names.slice(0, MOST_TOLD).join(", ")}${more}`;
  }
  const isNumber = values.some((one) => typeof one === "number") && !values.some((one) => typeof one === "string");
  if (!/[<>]/.test(sign!) || !isNumber || Number.isFinite(Number(value))) return undefined;
  return `${text}: ${name!} is a number, ${value} is none`;
}

function namedValues(run: RunState): NamedValues {
  const { hyper, runId, experiment, arm, seed, status, steps, backend, dataset, network, tags = [], note = "" } = run;
  return { ...hyper, arm, seed, status, tag: tags, note, experiment, run: runId, steps, backend, dataset, network };
}

function wordsOf({ hyper, arm, status, backend, dataset, network, note, tags = [] }: RunState): string {
  const named = {
    ...hyper,
    arm,
    status,
    backend,
    dataset,
    network,
    ...(note && { note }),
    ...(tags.length > 0 && { tags: tags.join(" ") }),
  };
  return Object.entries(named)
    .map(([name, value]) => `${name} ${value}`)
    .join("\n")
    .toLowerCase();
}

/** Of several values, one must be equal; none, where all are to be others. */
function holds(actual: unknown, sign: string, wanted: string): boolean {
  if (Array.isArray(actual)) {
    return sign === "!="
      ? !actual.some((one) => holds(one, "=", wanted))
      : actual.some((one) => holds(one, sign, wanted));
  }
  // NaN is neither more nor less than anything.
  if (Number.isNaN(actual) && /[<>]/.test(sign)) return false;
  const [left, right] = [Number(actual), Number(wanted)];
  const order =
    Number.isFinite(right) && !Number.isNaN(left)
      ? left - right
      : String(actual).toLowerCase().localeCompare(wanted.toLowerCase());
  if (sign === "=") return order === 0;
  if (sign === "!=") return order !== 0;
  return (sign.startsWith("<") ? order < 0 : order > 0) || (sign.endsWith("=") && order === 0);
}
