import type { Store } from "../store/store.ts";
import type { ClaimResult } from "./figure.ts";
import type { Paper } from "./paper.ts";

/** Which verdicts are on these experiments, in SQL; `$3` is their names as JSON. A name may have a comma in it. */
export const FILED_ON = "list_has_any(list_append(string_split(experiment, ', '), experiment), $3::JSON::VARCHAR[])";

/** Files all measures of a verdict in table `claim_measure`, in their order; those of an earlier verdict go. */
export async function fileMeasures(
  store: Store,
  { conditions }: Pick<Paper, "conditions">,
  { claimId, measures }: ClaimResult,
  { experiments, scale }: { readonly experiments: string; readonly scale: string },
): Promise<void> {
  await store.query(`DELETE FROM claim_measure WHERE scale = $1 AND claim_id = $2 AND ${FILED_ON}`, [
    scale,
    claimId,
    JSON.stringify(Object.keys(conditions)),
  ]);
  for (const [place, measure] of measures.entries()) {
    const { what, unit = "", measured, low, high, passes, strict, threshold, paperValue, passed, why } = measure;
    const named = [experiments, claimId, scale, place, what, unit];
    const judged = [measured, low, high, passes, strict, threshold, paperValue, passed, why];
    await store.query(
      `INSERT INTO claim_measure VALUES ($1, $2, $3, $4::INTEGER, $5, $6, $7::DOUBLE, $8::DOUBLE, $9::DOUBLE, $10,
         $11::BOOLEAN, $12::DOUBLE, $13::DOUBLE, $14::BOOLEAN, $15)`,
      [...named, ...judged],
    );
  }
}
