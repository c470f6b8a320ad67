import { FILED_ON, fileMeasures } from "./file-measures.ts";
import type { Store } from "../store/store.ts";
import { transaction } from "../store/transaction.ts";
import { criterionOf } from "../view/criterion.ts";
import { choiceOf } from "./choice.ts";
import type { Claim, ClaimMeasure } from "./claim.ts";
import type { ClaimResult, MeasureResult, Verdict } from "./figure.ts";
import { type AbsentRuns, absentTexts, conditionsOf, lacking } from "./lacking.ts";
import { measuredSeeds } from "./measured-seeds.ts";
import type { Paper } from "./paper.ts";

/** Fewer seeds than this are no test. */
export const MINIMUM_SEEDS = 3;

/** Claims, what runs are a test of them, and who claims them. */
export type Judgeable = Pick<Paper, "claims" | "conditions"> & Partial<Pick<Paper, "title">>;

interface JudgeOptions {
  /** Ids of the claims to judge; default all of them. */
  readonly only?: readonly string[] | undefined;
  /** Fewer seeds are no test, where the paper's conditions say nothing else. Default 3. */
  readonly minimumSeeds?: number;
}

interface Judged {
  readonly measure: MeasureResult;
  readonly seeds: readonly number[];
  readonly reportOnly: boolean;
  /** Why it could not be judged. */
  readonly reason?: string;
  /** What is not there at all, where that is the reason. */
  readonly absent?: readonly AbsentRuns[];
  /** What else is to be said of the number. */
  readonly note?: string;
}

/**
 * Has figures and claims stand on these runs only, as long as the store is open; undefined: on the newest of the most
 * steps, per experiment.
 */
export async function chooseRuns(store: Store, runIds: readonly string[] | undefined): Promise<void> {
  await store.query(runIds === undefined ? "RESET VARIABLE paper_runs" : choiceOf(runIds));
}

/**
 * Measures a paper's claims on the runs chosen. A claim is not reproduced as soon as one measure fails, and reproduced when
 * all have passed.
 */
export async function judgeClaims(
  store: Store,
  paper: Judgeable,
  { only, minimumSeeds = MINIMUM_SEEDS }: JudgeOptions = {},
): Promise<readonly ClaimResult[]> {
  const results: ClaimResult[] = [];
  for (const claim of paper.claims) {
    if (only?.includes(claim.claimId) ?? true) results.push(await judge(store, paper, claim, minimumSeeds));
  }
  return results;
}

/** Returns the measure that decided a claim. */
export const decidedBy = ({ measures }: ClaimResult): MeasureResult =>
  measures.find(({ passed }) => passed === false) ?? measures[0]!;

/**
 * Files verdicts in table `claim`, one row each, with the measure that decided. Papers may have claims of the same id: a
 * verdict takes the place of one at this scale on experiments of this paper.
 */
export async function fileVerdicts(
  store: Store,
  paper: Judgeable,
  results: readonly ClaimResult[],
  scale: string,
): Promise<void> {
  await transaction(
    (sql) => store.query(sql),
    async () => {
      for (const result of results) {
        const { claimId, verdict, detail } = result;
        const {
          measures,
          statement,
          source = paper.title ?? null,
        } = paper.claims.find((claim) => claim.claimId === claimId)!;
        const experiments = [...new Set(measures.map(({ needs }) => needs.experiment))].join(", ");
        const decided = decidedBy(result);
        const { what, measured, threshold, paperValue } = decided;
        const told = `${what}: ${criterionOf(decided)}. ${detail}`;
        await store.query(`DELETE FROM claim WHERE scale = $1 AND claim_id = $2 AND ${FILED_ON}`, [
          scale,
          claimId,
          JSON.stringify(Object.keys(paper.conditions)),
        ]);
        const row = [experiments, claimId, scale, verdict, measured, threshold, paperValue, told, statement, source];
        await store.query(
          `INSERT INTO claim (experiment, claim_id, scale, verdict, measured, threshold, paper_value, detail, statement, source)
           VALUES ($1, $2, $3, $4, $5::DOUBLE, $6::DOUBLE, $7::DOUBLE, $8, $9, $10)`,
          row,
        );
        await fileMeasures(store, paper, result, { experiments, scale });
      }
    },
  );
}

async function judge(store: Store, paper: Judgeable, claim: Claim, minimumSeeds: number): Promise<ClaimResult> {
  const { claimId, statement, measures } = claim;
  const judged: Judged[] = [];
  for (const measure of measures) judged.push(await take(store, paper, measure, minimumSeeds));
  const verdict = verdictOf(judged.filter(({ reportOnly }) => !reportOnly));
  return {
    claimId,
    statement,
    verdict,
    measures: judged.map(({ measure }) => measure),
    detail: explain(judged, verdict),
  };
}

function verdictOf(gates: readonly Judged[]): Verdict {
  if (gates.some(({ measure }) => measure.passed === false)) return "not reproduced";
  return gates.length > 0 && gates.every(({ measure }) => measure.passed) ? "reproduced" : "not testable";
}

/** Measures one number per seed and takes the median; a seed whose bound does not decide counts as without a number. */
async function take(
  store: Store,
  { conditions }: Judgeable,
  { sql, needs, ...rest }: ClaimMeasure,
  minimumSeeds: number,
): Promise<Judged> {
  const { what, unit, passes, threshold, why, paperValue, strict = false, reportOnly = false } = rest;
  const untested = {
    what,
    unit,
    passes,
    threshold,
    strict,
    why,
    paperValue,
    measured: null,
    low: null,
    high: null,
    passed: null,
    seeds: null,
  };
  const asked = conditionsOf(needs, conditions);
  const least = asked.seeds ?? minimumSeeds;
  const { lack, seeds: there } = await lacking(store, needs, asked, least);
  if (lack?.measurable === false) {
    const { reason, absent } = lack;
    return { measure: untested, seeds: [], reportOnly, reason, ...(absent && { absent }) };
  }
  const isBeyond = (value: number, bound: number): boolean => (passes === "at most" ? value <= bound : value >= bound);
  const isMet = (value: number): boolean => isBeyond(value, threshold) && !(strict && value === threshold);
  const { found: given, failure } = await measuredSeeds(store, sql, lack ? 1 : least);
  if (failure !== undefined) return { measure: untested, seeds: [], reportOnly, reason: `${what}: ${failure}` };
  // A seed that was trained and has nothing to measure, as one that diverged early, is not left out.
  const silent = there.filter((seed) => !given.some((row) => row.seed === seed));
  const found = [...given, ...silent.map((seed) => ({ seed, value: null, bound: null }))];
  found.sort((a, b) => a.seed - b.seed);
  const open = ({ value, bound }: (typeof found)[number]): boolean =>
    value === null || (bound !== null && (bound === passes) !== isMet(value));
  const known = found.filter((row) => !open(row));
  const [passing, seeds] = [known.filter(({ value }) => isMet(value!)).length, known.map(({ seed }) => seed)];
  // With seeds undecided, the median is on one side only if more than half of all are.
  if (known.length < found.length && 2 * Math.max(passing, known.length - passing) <= found.length) {
    const undecided = found.filter(open);
    const where = `at seed ${undecided.map(({ seed }) => seed).join(", ")}`;
    const isNever = undecided.some(({ bound }) => bound !== null);
    const reason = isNever ? `undecided ${where}, as it was never reached` : `no number ${where}`;
    return { measure: untested, seeds, reportOnly, reason: `${what}: ${reason}` };
  }
  const values = known.map(({ value }) => value!).sort(byValue);
  const measured = middle(values);
  const measure = {
    ...untested,
    measured,
    low: values[0]!,
    high: values.at(-1)!,
    passed: reportOnly || lack ? null : isMet(measured),
    seeds: {
      all: known.length,
      passing,
      asPaper: paperValue === null ? null : values.filter((value) => isBeyond(value, paperValue)).length,
    },
  };
  const bounded = known.filter(({ bound }) => bound !== null).map(({ seed, bound }) => `${bound} this at seed ${seed}`);
  const judged = { measure, seeds, reportOnly, ...(lack ? { reason: lack.reason } : {}) };
  if (bounded.length === 0) return judged;
  return { ...judged, note: `a bound, as one arm never got there: ${bounded.join(", ")}` };
}

function middle(rising: readonly number[]): number {
  const [a, b] = [rising[(rising.length - 1) >> 1]!, rising[rising.length >> 1]!];
  return a === b ? a : (a + b) / 2;
}

/** NaN last, as DuckDB has it: neither comparison passes it. */
const byValue = (a: number, b: number): number =>
  Number.isNaN(a) ? (Number.isNaN(b) ? 0 : 1) : Number.isNaN(b) ? -1 : a === b ? 0 : a - b;

/** Writes rising numbers, `0, 1, 2`; more than five in a row as `0 to 19`. */
function listed(seeds: readonly number[]): string {
  const [first, last] = [seeds[0]!, seeds.at(-1)!];
  return seeds.length > 5 && last - first === seeds.length - 1 ? `${first} to ${last}` : seeds.join(", ");
}

function explain(judged: readonly Judged[], verdict: Verdict): string {
  const absent = absentTexts(judged.flatMap((one) => one.absent ?? []));
  const others = judged.flatMap(({ reason, absent: own }) => (own === undefined ? (reason ?? []) : []));
  const reasons = [...absent, ...new Set(others)];
  const notes = judged.flatMap(({ note, measure }) => (note === undefined ? [] : [`${measure.what}: ${note}`]));
  const seeds = [...new Set(judged.flatMap((one) => one.seeds))].sort((a, b) => a - b);
  const gates = judged.filter(({ reportOnly }) => !reportOnly);
  return [
    ...(verdict === "not testable" && gates.length === 0 ? ["report only"] : []),
    ...reasons,
    ...(seeds.length > 0 ? [`${seeds.length === 1 ? "seed" : "median of seeds"} ${listed(seeds)}`] : []),
    ...notes,
  ].join("; ");
}
