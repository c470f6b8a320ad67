import { UserError } from "../core/errors.ts";
import { boundsOf, type ExperimentClaims } from "../experiment/claim.ts";
import type { Store } from "../store/store.ts";
import { transaction } from "../store/transaction.ts";
import { type Claim, measure } from "./claim.ts";
import type { ClaimResult } from "./figure.ts";
import { chooseRuns, fileVerdicts, type Judgeable, judgeClaims } from "./judge.ts";
import { sqlRefusalOf } from "./measured-seeds.ts";
import type { Paper } from "./paper.ts";

/** What a pipeline claims of its runs. */
export interface OwnClaims {
  readonly experiment: string;
  readonly claims: ExperimentClaims;
  /** All arms that the experiment has. */
  readonly arms: readonly string[];
}

/** Which runs are judged, and what is said of it. */
interface Judging {
  readonly runs: readonly string[];
  readonly scale: string;
  /** What is said of a verdict beside its reasons, such as what to do. Default: nothing. */
  readonly told?: (result: ClaimResult) => readonly string[];
}

/** Records of the runs chosen, with what is known of their run beside. */
const RECORDED = ["reading", "histogram", "event"].map(
  (table) => `${table} AS NOT MATERIALIZED (
     SELECT arm, seed, steps, learning_rate, hyper, status, own.* FROM main.${table} AS own JOIN run USING (run_id))`,
);

/** Writes SQL in which the names of the tables mean the runs chosen; its rows may lack `bound`. */
const onChosenRuns = (sql: string): string =>
  `WITH run AS NOT MATERIALIZED (FROM main.paper_run), ${RECORDED.join(", ")}
   SELECT seed, value, bound FROM (
     SELECT NULL::VARCHAR AS bound WHERE false UNION ALL BY NAME SELECT * FROM (
${sql.replace(/[;\s]+$/, "")}
   ))`;

/** Writes claims as those of papers are written, each with its own conditions. */
function judgeables({ experiment, claims, arms: all }: OwnClaims): readonly Judgeable[] {
  return Object.entries(claims).map(([claimId, { statement, source, seeds, steps = 1, dataset, measures }]) => {
    const claim: Claim = {
      claimId,
      statement,
      source,
      measures: measures.flatMap((one) => {
        const { what, unit, arms = all, sql, paperValue, why } = one;
        const measured = { what, unit, needs: { experiment, arms }, sql: onChosenRuns(sql), paperValue, why };
        return boundsOf(one).map((bound) => measure({ ...measured, ...bound }));
      }),
    };
    const conditions = { steps, ...(seeds !== undefined && { seeds }), ...(dataset !== undefined && { dataset }) };
    return { claims: [claim], conditions: { [experiment]: conditions } };
  });
}

/**
 * Checks claims before anything is trained for them: that DuckDB understands their SQL, and that no paper has claims of
 * the same names on these runs.
 *
 * @throws {UserError} naming the first claim that cannot be judged, and its measure.
 */
export async function checkOwnClaims(store: Store, own: OwnClaims, papers: readonly Paper[]): Promise<void> {
  for (const { claims } of judgeables(own)) {
    for (const { claimId, measures } of claims) {
      const paper = papers.find((one) => Object.hasOwn(one.conditions, own.experiment) && isAmong(one.claims, claimId));
      if (paper) {
        throw new UserError(
          `claims.${claimId}: ${paper.name} has a claim ${claimId}, and runs of ${own.experiment}; give it another name`,
        );
      }
      for (const { what, sql } of measures) {
        const refusal = await sqlRefusalOf(store, sql);
        if (refusal !== undefined) {
          throw new UserError(`claims.${claimId}: "${what}": its SQL gives no rows (seed, value): ${refusal}`);
        }
      }
    }
  }
}

/**
 * Judges a pipeline's claims on these runs, as those of papers are, and files the verdicts; those on claims that it has no more
 * go.
 */
export async function judgeOwnClaims(
  store: Store,
  own: OwnClaims,
  papers: readonly Paper[],
  { runs, scale, told = () => [] }: Judging,
): Promise<readonly ClaimResult[]> {
  await chooseRuns(store, runs);
  try {
    const results: ClaimResult[] = [];
    for (const judgeable of judgeables(own)) {
      const judged = await judgeClaims(store, judgeable);
      const said = judged.map((one) => ({ ...one, detail: [one.detail, ...told(one)].filter(Boolean).join("; ") }));
      await fileVerdicts(store, judgeable, said, scale);
      results.push(...said);
    }
    const kept = [...Object.keys(own.claims), ...papers.flatMap(({ claims }) => claims.map(({ claimId }) => claimId))];
    await forgetOthers(store, own.experiment, kept);
    return results;
  } finally {
    await chooseRuns(store, undefined);
  }
}

const isAmong = (claims: readonly Claim[], id: string): boolean => claims.some(({ claimId }) => claimId === id);

async function forgetOthers(store: Store, experiment: string, kept: readonly string[]): Promise<void> {
  await transaction(
    (sql) => store.query(sql),
    async () => {
      for (const table of ["claim", "claim_measure"]) {
        await store.query(
          `DELETE FROM ${table} WHERE experiment = $1 AND NOT list_contains($2::JSON::VARCHAR[], claim_id)`,
          [experiment, JSON.stringify(kept)],
        );
      }
    },
  );
}
