import { plainLines, plainText } from "../core/plain-text.ts";
import type { FigureData } from "../paper/figure.ts";
import { criterionOf, measuredText } from "../view/criterion.ts";
import { counts, passedOf, seedsText, spreadOf, VERDICTS } from "./claims.ts";
import { commandFor, drawFigure, hasRun, headingOf } from "./figure.ts";
import { factsOf } from "./html.ts";
import type { ReportInput } from "./input.ts";
import { runsTable, seedsOfRuns } from "./runs.ts";
import { sweepFiles, type ReportedSweep } from "./sweeps.ts";
import { summaryLines } from "./summary.ts";

/** Writes the report as Markdown, its figures as files beside it. */
export function reportMarkdown(input: ReportInput, date: Date, nameOf: (figure: FigureData) => string): string {
  const { title, claims, figures, runs } = input;
  const blocks = [
    `# ${plain(title)}`,
    factsOf(input, date)
      .map(([name, value]) => `- **${name}:** ${plain(value)}`)
      .join("\n"),
    ...(claims.length > 0
      ? [
          "## Summary",
          summaryLines(input)
            .map((line) => `- ${plain(line)}`)
            .join("\n"),
        ]
      : []),
    ...(claims.length > 0 ? claimsMarkdown(claims) : []),
    ...(figures.length > 0
      ? ["## Figures", ...figures.flatMap((figure) => figureMarkdown(figure, input, nameOf(figure)))]
      : []),
    ...sweepsMarkdown(input.sweeps ?? []),
    ...(runs.length > 0 ? ["## Runs", runsMarkdown(runs)] : []),
  ];
  return `${blocks.join("\n\n")}\n`;
}

function claimsMarkdown(claims: ReportInput["claims"]): string[] {
  const tally = counts(claims).map(({ verdict, count }) => `${count} ${verdict}`);
  const rows = claims.flatMap((claim) => {
    const { icon, word } = VERDICTS[claim.verdict];
    return [
      [claim.claimId, `**${plain(claim.statement)}**`, "", "", "", "", `${icon} ${word}`],
      ...claim.measures.map((measure) => [
        "",
        `${plain(measure.what)} (${plain(criterionOf(measure))}: ${plain(measure.why)})`,
        measuredText(measure.measured, measure.unit),
        [spreadOf(measure), seedsText(measure)].filter((text) => text !== "").join("; "),
        criterionOf(measure),
        measuredText(measure.paperValue, measure.unit),
        `${passedOf(measure).icon} ${passedOf(measure).word}`,
      ]),
      ...(claim.detail === "" ? [] : [["", `_${plain(claim.detail)}_`, "", "", "", "", ""]]),
    ];
  });
  const head = ["Claim", "What is measured", "Median", "Range over seeds", "Threshold", "The paper", "Verdict"];
  return ["## Claims", `${tally.join(", ")}.`, table(head, rows)];
}

function figureMarkdown(input: FigureData, report: ReportInput, name: string): string[] {
  const { figure, runs, settings } = input;
  const { notes } = drawFigure(input);
  const seeds = seedsOfRuns(report.runs, runs).join(", ");
  const facts = [
    ...(settings === "" ? [] : [`Settings: ${plain(settings)}.`]),
    ...(seeds === "" ? [] : [`Seeds: ${plain(seeds)}.`]),
    ...(runs.length === 0 ? [] : [`Runs: ${runs.map((id) => code(id)).join(", ")}.`]),
  ];
  const sql = [figure.sql, figure.rules ?? ""].filter((text) => text.trim() !== "");
  return [
    `### ${plain(headingOf(input))}`,
    `![${plain(headingOf(input))}](figures/${name}.svg)`,
    ...(hasRun(input) ? [] : [`No data of ours yet: ${code(commandFor(input, report))}`]),
    [plain(figure.caption), ...notes].filter((text) => text !== "").join(" "),
    facts.join(" "),
    ...(sql.length === 0
      ? []
      : [`<details><summary>SQL</summary>\n\n${sql.map((text) => fenced(text.trim())).join("\n\n")}\n\n</details>`]),
  ].filter((block) => block !== "");
}

function sweepsMarkdown(sweeps: readonly ReportedSweep[]): string[] {
  const files = sweepFiles(sweeps).flatMap(({ name, heading, caption }) => [
    `### ${plain(heading)}`,
    `![${plain(heading)}](figures/${name}.svg)`,
    plain(caption),
  ]);
  return files.length === 0 ? [] : ["## Sweeps", ...files];
}

function runsMarkdown(runs: ReportInput["runs"]): string {
  const { columns, cells } = runsTable(runs);
  return table(
    columns.map(({ name }) => name),
    cells.map((row) => row.map(plain)),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

/** Escapes text so that Markdown takes it literally, on one line, also in a table. */
function plain(text: string): string {
  return plainText(text.replace(/\s+/g, " "))
    .replace(/[\\`*_[\]|#]/g, "\\$&")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;");
}

function code(text: string): string {
  return `\`${plainText(text.replace(/[`\n|]/g, " "))}\``;
}

function fenced(text: string): string {
  const fence = "`".repeat(Math.max(3, ...(text.match(/`+/g) ?? []).map((run) => run.length + 1)));
  return `${fence}sql\n${plainLines(text)}\n${fence}`;
}
