import type { ClaimResult, Verdict } from "../paper/figure.ts";
import { criterionOf, measuredText } from "../view/criterion.ts";
import { counted } from "../view/numbers.ts";
import type { ReportInput } from "./input.ts";
import { escape } from "./text.ts";

/** Writes what came out, in sentences: how many claims hold, on which runs, and of each that does not, by how much. */
export function summaryLines({ claims, runs, scale }: Pick<ReportInput, "claims" | "runs" | "scale">): string[] {
  const of = (verdict: Verdict): ClaimResult[] => claims.filter((claim) => claim.verdict === verdict);
  const [held, failed, open] = [of("reproduced"), of("not reproduced"), of("not testable")];
  const judged = held.length + failed.length;
  const seeds = new Set(runs.map((row) => String(row["seed"]))).size;
  const stands = [
    runs.length > 0 ? ` by ${counted(runs.length, "run")} of ${counted(seeds, "seed")}` : "",
    scale ? `, scale ${scale}` : "",
  ].join("");
  return [
    judged === 0
      ? `None of ${counted(claims.length, "claim")} could be tested${stands}.`
      : `${held.length} of ${counted(judged, "claim")} that could be tested ${held.length === 1 ? "is" : "are"} reproduced${stands}.`,
    ...failed.map((claim) => `Not reproduced: ${claim.claimId}. ${claim.statement}${missedBy(claim)}`),
    ...(open.length > 0 ? [`Not testable: ${open.map(({ claimId }) => claimId).join(", ")}.`] : []),
  ];
}

/** Writes the measure that decided against a claim. */
function missedBy({ measures }: ClaimResult): string {
  const missed = measures.find(({ passed }) => passed === false);
  if (!missed) return "";
  const { what, measured, unit } = missed;
  return ` Here ${what}: ${measuredText(measured, unit)}, asked ${criterionOf(missed)}.`;
}

/** Writes the summary as the first section of the page. */
export function summaryHtml(input: ReportInput): string {
  const [first, ...rest] = summaryLines(input);
  const items = rest.map((line) => `<li>${escape(line)}</li>`).join("");
  return `<section id="summary">
<h2>Summary</h2>
<p class="lead">${escape(first!)}</p>
${items === "" ? "" : `<ul>${items}</ul>`}
</section>`;
}
