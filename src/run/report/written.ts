import type { ClaimResult } from "../../paper/figure.ts";
import type { ReportInput } from "../../report/input.ts";
import { jsonText } from "../terminal/json-text.ts";
import { verdicts } from "./reproduction.ts";

/** A report as it was written. */
interface Written {
  readonly out: string;
  readonly input: ReportInput;
  readonly runs: number;
}

/** Writes where a report is, in one line without an end. */
export const placeOf = ({ out, input, runs }: Written): string =>
  `Report: ${out}/index.html and report.md, ${input.figures.length} figures of ${runs} runs.`;

/** Writes what a command says of a report: its verdicts and its place, the place alone, or all of it as JSON. */
export function reportText(
  written: Written,
  { json, quiet }: { readonly json?: boolean; readonly quiet?: boolean },
  hints: string,
): string {
  const { out, input, runs } = written;
  if (json) {
    const { claims, figures } = input;
    return jsonText({ page: `${out}/index.html`, figures: figures.length, runs, claims: claims.map(printed) });
  }
  return quiet ? `${placeOf(written)}\n` : `${verdicts(input.claims)}\n${placeOf(written)} ${hints}`;
}

/** A claim by the names that programs read. */
const printed = ({ claimId: id, statement, verdict, measures, detail }: ClaimResult) => ({
  id,
  statement,
  verdict,
  measures: measures.map(({ paperValue: paper, ...measure }) => ({ ...measure, paper })),
  detail,
});
