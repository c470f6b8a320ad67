// Which verdicts stand in the list of claims, and in which order.

import { grouped } from "../../view/grouped.ts";
import type { PaperCatalogue } from "./paper-catalogue.ts";

/** A row of `CLAIMS_SQL`, by the names of its columns. */
export interface FiledVerdict {
  readonly claim_id: string;
  readonly experiment: string;
  readonly scale: string;
  readonly verdict: string;
  readonly measured: number | null;
  readonly threshold: number | null;
  readonly paper_value: number | null;
  readonly detail: string;
}

export const CLAIMS_SQL =
  "SELECT claim_id, experiment, scale, verdict, measured, threshold, paper_value, detail FROM claim";

/** A claim with a verdict on it. */
export interface ClaimRow {
  /** The paper that claims it. */
  readonly paper: { readonly name: string; readonly title: string };
  readonly statement: string;
  readonly judged: FiledVerdict;
}

const UNJUDGED = {
  experiment: "",
  scale: "",
  verdict: "not judged yet",
  measured: null,
  threshold: null,
  paper_value: null,
  detail: "",
} as const;

/** Lists the claims of papers with the verdicts on them, a row per scale: those filed on experiments of the same paper. */
export function claimRows(papers: PaperCatalogue["papers"], filed: readonly FiledVerdict[]): ClaimRow[] {
  const byId = grouped(filed, ({ claim_id }) => claim_id);
  return papers.flatMap(({ name, title, experiments, claims }) =>
    claims.flatMap(({ claimId, statement }) => {
      const own = (byId.get(claimId) ?? []).filter(({ experiment }) =>
        experiment.split(", ").some((one) => experiments.includes(one)),
      );
      const rows = own.length > 0 ? own : [{ claim_id: claimId, ...UNJUDGED }];
      return rows.map((judged) => ({ paper: { name, title }, statement, judged }));
    }),
  );
}
