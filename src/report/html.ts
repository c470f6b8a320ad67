import { choiceOf } from "../paper/choice.ts";
import type { FigureData } from "../paper/figure.ts";
import { textOf } from "../view/figure-rows.ts";
import { counted, formatDuration } from "../view/numbers.ts";
import { claimsHtml } from "./claims.ts";
import { columnCount, commandFor, drawFigure, hasRun, headingOf } from "./figure.ts";
import type { ReportInput } from "./input.ts";
import { legendHtml } from "./legend.ts";
import { runsTable, seedsOfRuns } from "./runs.ts";
import { styleSheet } from "./style.ts";
import { drawnSweeps, sweepsHtml } from "./sweeps.ts";
import { summaryHtml } from "./summary.ts";
import { escape } from "./text.ts";

/** Writes the report as one page that needs nothing but itself: no script, no network. */
export function reportHtml(input: ReportInput, date: Date, nameOf: (figure: FigureData) => string): string {
  const { title, claims, figures, runs } = input;
  const sections = [
    claims.length > 0 ? claimsHtml(claims) : "",
    figures.length > 0
      ? `<section id="figures">\n<h2>Figures</h2>\n${figures.map((figure) => figureHtml(figure, input, nameOf(figure))).join("\n")}\n</section>`
      : "",
    sweepsHtml(input.sweeps ?? []),
    runs.length > 0
      ? `<section id="runs">\n<h2>Runs</h2>\n${runsHtml(runs)}\n${figures.some(({ figure }) => figure.paper !== undefined) ? choiceHtml(runs) : ""}</section>`
      : "",
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
<link rel="icon" href="data:,">
<style>${styleSheet()}</style>
</head>
<body>
<header>
<h1>${escape(title)}</h1>
${claims.length > 0 ? summaryHtml(input) : ""}
<dl class="facts">${factsOf(input, date)
    .map(([name, value]) => `<div><dt>${name}</dt><dd>${escape(value)}</dd></div>`)
    .join("")}</dl>
${figures.length > 1 ? navigation(input, nameOf) : ""}
</header>
<main>
${sections.filter((section) => section !== "").join("\n")}
</main>
</body>
</html>
`;
}

/** Lists what the report stands on, for its heading. */
export function factsOf(input: ReportInput, date: Date): [string, string][] {
  const { scale, machine, versions, wallSeconds, store, runs } = input;
  const facts: [string, string][] = [
    ["Scale", scale],
    ["Date", `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`],
    ["Wall time", Number.isFinite(wallSeconds) ? formatDuration(wallSeconds) : ""],
    ["Runs", runs.length > 0 ? counted(runs.length, "run") : ""],
    ["Machine", machine],
    [
      "Versions",
      Object.entries(versions)
        .map((pair) => pair.join(" "))
        .join(", "),
    ],
    ["Store", store],
  ];
  return facts.filter(([, value]) => value !== "");
}

function navigation(
  { claims, figures, sweeps = [], runs }: ReportInput,
  nameOf: (figure: FigureData) => string,
): string {
  const links = [
    ...(claims.length > 0 ? [["claims", "Claims"]] : []),
    ...figures.map((input) => [`figure-${nameOf(input)}`, headingOf(input)]),
    ...(drawnSweeps(sweeps).length > 0 ? [["sweeps", "Sweeps"]] : []),
    ...(runs.length > 0 ? [["runs", "Runs"]] : []),
  ];
  const items = links.map(([target, name]) => `<li><a href="#${escape(target!)}">${escape(name!)}</a></li>`);
  return `<nav aria-label="Contents"><ul>${items.join("")}</ul></nav>`;
}

const TOO_SHORT = "the runs of this store are too short for it";

function figureHtml(input: FigureData, report: ReportInput, name: string): string {
  const { figure } = input;
  const { panels, keys, notes } = drawFigure(input);
  const drawn = panels.map(
    ({ title, svg }) => `<div class="panel">${title === "" ? "" : `<h4>${escape(title)}</h4>`}${svg}</div>`,
  );
  const columns = columnCount(panels.length);
  const command = `<code>${escape(commandFor(input, report))}</code>`;
  const missing =
    panels.length > 0 && !hasRun(input)
      ? `<p class="note">${input.runs.length > 0 ? `Only the paper's curves: ${TOO_SHORT}.` : `Only the paper's curves so far. To add ours: ${command}`}</p>`
      : "";
  const picture =
    panels.length > 0
      ? `${legendHtml(keys)}<div class="panels${columns === 1 ? "" : ` columns-${columns}`}" style="--rows: ${Math.ceil(panels.length / columns)}">${drawn.join("\n")}</div>`
      : `<div class="empty"><strong>No data yet</strong>Fill this figure with<br>${command}</div>`;
  return `<figure class="figure" id="figure-${escape(name)}">
<h3>${escape(headingOf(input))}</h3>
<div class="${panels.length === 1 ? "single" : "wide"}">
<div>${picture}</div>
<figcaption>
${figure.caption === "" ? "" : `<p class="caption">${escape(figure.caption)}</p>`}
${missing}${notesHtml(notes)}
${aboutHtml(input, report)}
</figcaption>
</div>
</figure>`;
}

function aboutHtml({ figure, runs, settings }: FigureData, report: ReportInput): string {
  const facts = [
    ["Settings", settings],
    seedsFact(seedsOfRuns(report.runs, runs)),
    ["Runs", runs.length > 0 ? String(runs.length) : ""],
  ].filter(([, value]) => value !== "");
  const about = facts.map(([name, value]) => `<dt>${name!}</dt><dd>${escape(value!)}</dd>`).join("");
  const inside = [
    runs.length > 0 ? `<p class="ids">${runs.map((id) => `<code>${escape(id)}</code>`).join(", ")}</p>` : "",
    ...[figure.sql, figure.rules ?? ""]
      .filter((sql) => sql.trim() !== "")
      .map((sql) => `<pre>${escape(sql.trim())}</pre>`),
  ].join("");
  return [
    about === "" ? "" : `<dl class="about">${about}</dl>`,
    inside === ""
      ? ""
      : `<details><summary>${runs.length > 0 ? "Run ids and SQL" : "SQL"}</summary>${inside}</details>`,
  ].join("\n");
}

/** Notes that a screen has room for beside a figure; more unfold, and are printed. */
const MOST_NOTES = 3;

function notesHtml(notes: readonly string[]): string {
  const all = notes.map((note) => `<p class="note">${escape(note)}</p>`).join("");
  if (notes.length <= MOST_NOTES) return all;
  return `<details><summary>${counted(notes.length, "note")}</summary>${all}</details><div class="printed">${all}</div>`;
}

/** Names one seed as the only one: it says nothing of the spread. */
const seedsFact = (seeds: readonly string[]): [string, string] =>
  seeds.length === 1 ? ["Seed", `${seeds[0]!}, the only one`] : ["Seeds", seeds.join(", ")];

/** Views take the newest runs, which in another store's future are others. */
function choiceHtml(runs: ReportInput["runs"]): string {
  return `<details><summary>SQL that chooses these runs</summary><p class="note">The figures' SQL takes the newest runs of the most steps. To have just these, run this first, on the same connection:</p><pre>${escape(choiceOf(runs.map((row) => textOf(row["run_id"]))))}</pre></details>\n`;
}

function runsHtml(runs: ReportInput["runs"]): string {
  const { columns, cells } = runsTable(runs);
  const kind = (i: number) => (columns[i]!.numeric ? ' class="number"' : "");
  const head = columns.map(({ name }, i) => `<th scope="col"${kind(i)}>${name}</th>`).join("");
  const rows = cells.map((row) => `<tr>${row.map((cell, i) => `<td${kind(i)}>${escape(cell)}</td>`).join("")}</tr>`);
  return `<div class="runs" tabindex="0" role="region" aria-label="Runs"><table><thead><tr>${head}</tr></thead>\n<tbody>${rows.join("\n")}</tbody></table></div>`;
}
