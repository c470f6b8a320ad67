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
  /** What is claimed, and by whom; none of verdicts filed before stores had them. */
  readonly statement?: string | null;
  readonly source?: string | null;
}

/** A measure of a verdict, by the names of its columns. */
export interface FiledMeasure {
  readonly claim_id: string;
  readonly experiment: string;
  readonly scale: string;
  readonly what: string;
  readonly unit: string;
  readonly measured: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly passes: "at most" | "at least";
  readonly strict: boolean;
  readonly threshold: number;
  readonly paper_value: number | null;
  readonly passed: boolean | null;
}

export const MEASURES_SQL = `SELECT claim_id, experiment, scale, what, unit, measured, low, high, passes, strict, threshold,
  paper_value, passed FROM claim_measure ORDER BY experiment, claim_id, scale, place`;

/** All columns: a file of an earlier time that cannot be written has no statements. */
export const CLAIMS_SQL = "FROM claim ORDER BY experiment, claim_id, scale";

/** A claim with a verdict on it. */
export interface ClaimRow {
  /** The paper that claims it; none of what a pipeline claims. */
  readonly paper?: { readonly name: string; readonly title: string };
  readonly statement: string;
  readonly judged: FiledVerdict;
  /** All of them; none of verdicts filed before stores had them. */
  readonly measures: readonly FiledMeasure[];
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

/**
 * Lists what pipelines claim and then the claims of papers, with the verdicts on them, a row per scale. A paper's are those filed
 * on experiments of the same paper.
 */
export function claimRows(
  papers: PaperCatalogue["papers"],
  filed: readonly FiledVerdict[],
  measured: readonly FiledMeasure[] = [],
): ClaimRow[] {
  const keyOf = ({ experiment, claim_id, scale }: FiledVerdict | FiledMeasure) =>
    JSON.stringify([experiment, claim_id, scale]);
  const measuresOf = grouped(measured, keyOf);
  const byId = grouped(filed, ({ claim_id }) => claim_id);
  const withMeasures = (judged: FiledVerdict) => ({ judged, measures: measuresOf.get(keyOf(judged)) ?? [] });
  const ofPapers = papers.flatMap(({ name, title, experiments, claims }) =>
    claims.flatMap(({ claimId, statement }) => {
      const own = (byId.get(claimId) ?? []).filter(({ experiment }) =>
        experiment.split(", ").some((one) => experiments.includes(one)),
      );
      const rows = own.length > 0 ? own : [{ claim_id: claimId, ...UNJUDGED }];
      return rows.map((judged) => ({ paper: { name, title }, statement, ...withMeasures(judged) }));
    }),
  );
  const theirs = new Set<FiledVerdict>(ofPapers.map(({ judged }) => judged));
  const ofPipelines = filed
    .filter((judged) => !theirs.has(judged))
    .map((judged) => ({ statement: judged.statement ?? "", ...withMeasures(judged) }));
  return [...ofPipelines, ...ofPapers];
}
