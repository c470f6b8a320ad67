import { UserError } from "../../core/errors.ts";
import { decidedBy } from "../../paper/judge.ts";
import type { ClaimResult } from "../../paper/figure.ts";
import type { Paper } from "../../paper/paper.ts";
import { records, type Row } from "../../store/records.ts";
import type { Store } from "../../store/store.ts";

/** A claim as it was filed and as it comes out now. */
export interface Checked {
  readonly id: string;
  /** `undefined`: none was filed. */
  readonly filed: { readonly verdict: string; readonly measured: number | null } | undefined;
  readonly now: { readonly verdict: string; readonly measured: number | null };
  readonly agrees: boolean;
}

/** Relative difference up to which two measured numbers are the same: sums in another order differ in the last digits. */
const SAME = 1e-9;

/**
 * Compares a paper's verdicts with those filed at a scale; of both, the verdict and the number that decided.
 *
 * @throws {UserError} when none of them was filed at this scale, naming those at which there are some.
 */
export async function checkVerdicts(
  store: Store,
  paper: Pick<Paper, "conditions">,
  scale: string,
  results: readonly ClaimResult[],
): Promise<Checked[]> {
  const all = await records(
    store,
    `SELECT claim_id, scale, verdict, measured FROM claim
     WHERE list_has_any(string_split(experiment, ', '), $1::JSON::VARCHAR[]) ORDER BY scale`,
    [JSON.stringify(Object.keys(paper.conditions))],
  );
  const rows = all.filter((row) => row["scale"] === scale);
  if (rows.length === 0) throw new UserError(noneFiled(store.path, scale, all));
  const filed = new Map(
    rows.map(({ claim_id: id, verdict, measured }) => [
      String(id),
      { verdict: String(verdict), measured: measured as number | null },
    ]),
  );
  return results.map((result) => {
    const before = filed.get(result.claimId);
    const now = { verdict: result.verdict, measured: decidedBy(result).measured };
    const agrees = before?.verdict === now.verdict && isSame(before.measured, now.measured);
    return { id: result.claimId, filed: before, now, agrees };
  });
}

function noneFiled(path: string, scale: string, all: readonly Row[]): string {
  const scales = [...new Set(all.map((row) => String(row["scale"])))].join(", ");
  const instead = scales === "" ? "gradstream report files them" : `there are verdicts at ${scales}`;
  return `--scale ${scale}: no verdict was filed at this scale in ${path}; ${instead}`;
}

function isSame(a: number | null, b: number | null): boolean {
  if (a === null || b === null) return a === b;
  return Object.is(a, b) || Math.abs(a - b) <= SAME * Math.max(Math.abs(a), Math.abs(b));
}

/** Writes a line a claim: its verdict, the number that decided, and whether both are as filed. */
export function checkTable(checked: readonly Checked[]): string {
  const lines = checked.map(({ id, filed, now, agrees }) => {
    const was = filed === undefined ? "none filed" : `filed: ${filed.verdict}, ${numberText(filed.measured)}`;
    const says = agrees ? "as filed" : was;
    return `${agrees ? "✔" : "✘"} ${id.padEnd(4)} ${now.verdict.padEnd(15)} ${numberText(now.measured).padEnd(10)} ${says}`;
  });
  return `${[...lines, "", `${checked.filter(({ agrees }) => agrees).length} of ${checked.length} as filed`].join("\n")}\n`;
}

const numberText = (value: number | null): string => (value === null ? "–" : String(Number(value.toPrecision(4))));
