import type { ReportInput } from "../../report/input.ts";
import { jsonText } from "../terminal/json-text.ts";
import { verdicts } from "./reproduction.ts";

/** A report as it was written. */
export interface Written {
  readonly out: string;
  readonly input: ReportInput;
  readonly runs: number;
}

/** How a command says what it wrote. */
export interface TextOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Writes where a report is, in one line without an end. */
const placeOf = ({ out, input, runs }: Written): string =>
  `Report: ${out}/index.html and report.md, ${input.figures.length} figures of ${runs} runs.`;

/**
 * Writes what a command says of a report: its verdicts and its place, the place alone, or all of it as JSON; and where those
 * are that are apart from it.
 */
export function reportText(
  written: Written,
  { json, quiet }: TextOptions,
  hints: string,
  apart: readonly Written[] = [],
): string {
  const { out, input, runs } = written;
  if (json) {
    const { claims, figures } = input;
    return jsonText({ page: `${out}/index.html`, figures: figures.length, runs, claims, apart: apart.map(pageOf) });
  }
  const besides = apart.map((one) => `${placeOf(one)}\n`).join("");
  const place = `${besides}${placeOf(written)}`;
  return quiet ? `${place}\n` : `${verdicts(input.claims)}\n${place} ${hints}`;
}

const pageOf = ({ out, input, runs }: Written) => ({
  page: `${out}/index.html`,
  title: input.title,
  figures: input.figures.length,
  runs,
});
