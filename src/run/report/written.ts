import type { ClaimResult } from "../../paper/figure.ts";
import type { ReportInput } from "../../report/input.ts";
import { jsonText } from "../terminal/json-text.ts";
import { verdicts } from "../terminal/verdicts.ts";

/** A report as it was written. */
export interface WrittenReport {
  readonly out: string;
  readonly input: ReportInput;
  readonly runs: number;
}

/** How a command says what it wrote. */
export interface ReportTextOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Writes where a report is, in one line without an end. */
const placeOf = ({ out, input, runs }: WrittenReport): string =>
  `Report: ${out}/index.html and report.md, ${input.figures.length} figures of ${runs} runs.`;

/**
 * Writes what a command says of a report: its verdicts and its place, the place alone, or all of it as JSON; and where its
 * supplements are.
 */
export function reportText(
  written: WrittenReport,
  { json, quiet }: ReportTextOptions,
  hints: string,
  supplements: readonly WrittenReport[] = [],
): string {
  const { out, input, runs } = written;
  if (json) {
    const { claims, figures } = input;
    return jsonText({
      page: `${out}/index.html`,
      figures: figures.length,
      runs,
      claims: claims.map(printed),
      supplements: supplements.map(pageOf),
    });
  }
  const besides = supplements.map((one) => `${placeOf(one)}\n`).join("");
  const place = `${besides}${placeOf(written)}`;
  return quiet ? `${place}\n` : `${verdicts(input.claims)}\n${place} ${hints}`;
}

const pageOf = ({ out, input, runs }: WrittenReport) => ({
  page: `${out}/index.html`,
  title: input.title,
  figures: input.figures.length,
  runs,
});

/** A claim by the names that programs read. */
const printed = ({ claimId: id, statement, verdict, measures, detail }: ClaimResult) => ({
  id,
  statement,
  verdict,
  measures: measures.map(({ paperValue: paper, ...rest }) => ({ ...rest, paper })),
  detail,
});
