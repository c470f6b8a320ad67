import { plainText } from "../../core/plain-text.ts";
import type { ClaimResult, MeasureResult } from "../../paper/figure.ts";
import { criterionOf, measuredText, paperText, spreadText } from "../../view/criterion.ts";
import { coloured } from "./colour.ts";

const MARKS = {
  reproduced: () => coloured("good", "✔"),
  "not reproduced": () => coloured("bad", "✘"),
  "not testable": () => coloured("aside", "·"),
};

/** Writes the verdicts as a list for the terminal, a line each, with what decided, and how many there are of each. */
export function verdicts(claims: readonly ClaimResult[]): string {
  if (claims.length === 0) return "";
  const width = Math.max(4, ...claims.map(({ claimId }) => claimId.length));
  const lines = claims.flatMap(({ claimId: id, verdict, statement, measures, detail }) => [
    `${MARKS[verdict]()} ${plainText(`${id.padEnd(width)} ${verdict.padEnd(15)} ${statement}`)}`,
    ...measures.filter(({ measured }) => measured !== null).map((one) => plainText(`    ${measureText(one)}`)),
    ...(verdict === "reproduced" ? [] : [plainText(`    ${detail}`)]),
  ]);
  return `\n${[...lines, "", tallyOf(claims)].join("\n")}\n`;
}

/** Writes `1 reproduced, 0 not reproduced, 2 not testable`. */
export function tallyOf(claims: readonly Pick<ClaimResult, "verdict">[]): string {
  const count = (verdict: string): number => claims.filter((claim) => claim.verdict === verdict).length;
  return Object.keys(MARKS)
    .map((verdict) => `${count(verdict)} ${verdict}`)
    .join(", ");
}

/** Writes `steps, BatchNorm over standard: 0.42 (0.4 to 0.45), ≤ 0.6; the paper 0.5`. */
function measureText(measure: MeasureResult): string {
  const { what, unit, measured, low, high, passed, paperValue } = measure;
  const asked = passed === null ? "not judged" : criterionOf(measure);
  return `${what}: ${measuredText(measured, unit)}${spreadText(low, high)}, ${asked}${paperText(paperValue, unit)}`;
}
