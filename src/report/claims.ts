import type { ClaimResult, MeasureResult, Verdict } from "../paper/figure.ts";
import { criterionOf, measuredText } from "../view/criterion.ts";
import { counted } from "../view/numbers.ts";
import { escape } from "./text.ts";

/** Verdicts in words and signs; `tone` is a class of the style sheet. */
export const VERDICTS: Record<Verdict, { word: string; icon: string; tone: string }> = {
  reproduced: { word: "Reproduced", icon: "✓", tone: "good" },
  "not reproduced": { word: "Not reproduced", icon: "✗", tone: "bad" },
  "not testable": { word: "Not testable", icon: "?", tone: "open" },
};

/** Writes the range over the seeds: `0.3 to 0.5 points`. */
export function spreadOf({ low, high, unit }: MeasureResult): string {
  return low === null || high === null ? "–" : `${measuredText(low)} to ${measuredText(high, unit)}`;
}

/** Writes at how many seeds a threshold was met, and how many go as far as the paper: `12 of 20 seeds, 1 as the paper`. */
export function seedsText({ seeds }: MeasureResult): string {
  if (seeds === null) return "";
  const { all, passing, asPaper } = seeds;
  const like = asPaper === null ? "" : `, ${asPaper} as far as the paper`;
  return `${passing} of ${counted(all, "seed")}${like}`;
}

/** Returns how a measure that met its threshold, missed it or was not judged is marked. */
export function passedOf({ passed, measured }: MeasureResult): { icon: string; word: string; tone: string } {
  if (passed === null) return { icon: "–", word: measured === null ? "no value" : "not judged", tone: "open" };
  return passed ? { icon: "✓", word: "met", tone: "good" } : { icon: "✗", word: "missed", tone: "bad" };
}

/** Counts claims by verdict; verdicts of no claim are left out. */
export function counts(claims: readonly ClaimResult[]): { verdict: Verdict; count: number }[] {
  return (Object.keys(VERDICTS) as Verdict[])
    .map((verdict) => ({ verdict, count: claims.filter((claim) => claim.verdict === verdict).length }))
    .filter(({ count }) => count > 0);
}

/** Writes the claims as a section of the page: a tally, then a table. */
export function claimsHtml(claims: readonly ClaimResult[]): string {
  const tally = counts(claims).map(
    ({ verdict, count }) => `<li>${badge(VERDICTS[verdict], `${count} ${VERDICTS[verdict].word.toLowerCase()}`)}</li>`,
  );
  return `<section id="claims">
<h2>Claims</h2>
<ul class="tally">${tally.join("")}</ul>
<table class="claims">
<thead><tr><th scope="col">Claim</th><th scope="col">What is measured</th><th scope="col">Median</th><th scope="col">Range over seeds</th><th scope="col">Threshold</th><th scope="col">The paper</th><th scope="col">Verdict</th></tr></thead>
${claims.map(claimHtml).join("\n")}
</table>
</section>`;
}

function claimHtml({ claimId, statement, verdict, measures, detail }: ClaimResult): string {
  const rows = measures.map((measure) => {
    const { icon, word, tone } = passedOf(measure);
    return `<tr class="measure"><td></td><td class="what">${escape(measure.what)}<small>${escape(criterionOf(measure))}: ${escape(measure.why)}</small></td>${[
      ["Median", measuredText(measure.measured, measure.unit), ""],
      ["Range over seeds", spreadOf(measure), seedsText(measure)],
      ["Threshold", criterionOf(measure), ""],
      ["The paper", measuredText(measure.paperValue, measure.unit), ""],
    ]
      .map(
        ([label, value, below]) =>
          `<td class="number" data-label="${label!}">${escape(value!)}${below ? `<small>${escape(below)}</small>` : ""}</td>`,
      )
      .join("")}<td class="passed ${tone}"><span aria-hidden="true">${icon}</span> ${word}</td></tr>`;
  });
  const last = detail === "" ? "" : `<tr class="detail"><td></td><td colspan="6">${escape(detail)}</td></tr>`;
  return `<tbody id="claim-${escape(claimId)}"><tr class="claim"><th scope="row">${escape(claimId)}</th><td colspan="5">${escape(statement)}</td><td>${badge(VERDICTS[verdict], VERDICTS[verdict].word)}</td></tr>${rows.join("")}${last}</tbody>`;
}

function badge({ icon, tone }: { icon: string; tone: string }, word: string): string {
  return `<span class="badge ${tone}"><span aria-hidden="true">${icon}</span> ${word}</span>`;
}
