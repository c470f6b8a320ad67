import { shellQuoted } from "../core/shell-quoted.ts";
import type { FigureData } from "../paper/figure.ts";
import { PAPERS } from "../paper/papers.ts";
import { figureNumber } from "../paper/plan.ts";
import { wrapped } from "../view/text.ts";
import { onLightGround } from "./colours.ts";
import { drawDiagram } from "./diagram.ts";
import type { ReportInput } from "./input.ts";
import { legendSvg } from "./legend.ts";
import { type Drawing, drawLines } from "./lines.ts";
import { opening, type DrawnPanel } from "./plot.ts";
import { drawRidges } from "./ridge.ts";
import { escape } from "./text.ts";

const MARGIN = 20;
const GAP = 24;

/** Draws the panels of a figure and names what its legend needs. */
export function drawFigure(input: FigureData): Drawing {
  const drawing = drawn(input);
  return { ...drawing, notes: [...drawing.notes, ...(input.notes ?? [])] };
}

function drawn(input: FigureData): Drawing {
  switch (input.figure.kind) {
    case "diagram":
      return drawDiagram(input);
    case "ridge":
      return drawRidges(input);
    case "profiles":
    case "lines":
    case "band":
      return drawLines(input);
  }
}

/** Writes `Figure 4a. Loss along the gradient`; figures of no paper go without number. */
export function headingOf({ figure }: FigureData): string {
  return figure.paper !== undefined && !/^fig/i.test(figure.title)
    ? `${labelOf(figure)}. ${figure.title}`
    : figure.title;
}

/** Writes `Figure 4a`, without what tells parts of one apart (`3a-l2`); of figures of no paper the title. */
export const labelOf = ({ paper, id, title }: FigureData["figure"]): string =>
  paper === undefined ? title : `Figure ${/^[A-Z]*\d+[a-z]?(?=-)/.exec(id)?.[0] ?? id}`;

/** Tells whether there is anything of ours to see. */
export function hasRun({ figure, rows }: FigureData): boolean {
  return figure.kind === "diagram" || rows.some((row) => row["source"] !== "paper");
}

/** Returns what to type to fill an empty figure of the paper. */
export function commandFor({ figure }: FigureData, { scale, store }: Pick<ReportInput, "scale" | "store">): string {
  if (figure.paper === undefined) return "npx gradstream run";
  const paper = figure.paper === PAPERS[0]!.name ? "" : ` --paper ${shellQuoted(figure.paper)}`;
  const size = scale === "" ? "" : ` --scale ${scale}`;
  return `npx gradstream reproduce${paper} --only ${figureNumber(figure.id)}${size} --store ${shellQuoted(store)}`;
}

/** Returns how many panels stand side by side, where there is room. */
export function columnCount(panels: number): number {
  if (panels === 1) return 1;
  if (panels > 9) return 5;
  return panels % 3 === 0 || panels > 4 ? 3 : 2;
}

/** Draws the whole figure as one file, on its own light ground. */
export function figureSvg(input: FigureData, report: Pick<ReportInput, "scale" | "store">): string {
  const drawing = drawFigure(input);
  const panels = drawing.panels.length > 0 ? drawing.panels : [emptyPanel(commandFor(input, report))];
  const columns = columnCount(panels.length);
  const heading = headingOf(input);
  const inner = Math.max(columns * panels[0]!.width + (columns - 1) * GAP, 0);
  const titles = wrapped(heading, inner - 20, 17);
  const legend = legendSvg(drawing.keys, inner);
  const top = MARGIN + titles.length * 22 + 8;
  const start = top + legend.height + 6;
  const cell = panels[0]!.height + (panels.some(({ title }) => title !== "") ? 24 : 4);
  const placed = panels.map((panel, i) => {
    const x = MARGIN + (i % columns) * (panel.width + GAP);
    return place(panel, x, start + Math.floor(i / columns) * (cell + 10));
  });
  const width = inner + 2 * MARGIN;
  const height = start + Math.ceil(panels.length / columns) * (cell + 10) + MARGIN - 10;
  const text = titles.map(
    (line, i) =>
      `<text x="${MARGIN}" y="${MARGIN + 16 + i * 22}" text-anchor="start" font-size="17" font-weight="600" fill="var(--text)">${escape(line)}</text>`,
  );
  const svg =
    opening(width, height, heading) +
    `<rect width="${width}" height="${height}" fill="var(--panel)"/>` +
    text.join("") +
    `<g transform="translate(${MARGIN},${top})">${legend.svg}</g>` +
    `${placed.join("")}</svg>\n`;
  return onLightGround(svg);
}

function place({ title, svg, width }: DrawnPanel, x: number, y: number): string {
  const [line = ""] = wrapped(title, width - 20, 13);
  const short = line === title ? title : `${line}…`;
  const heading =
    title === ""
      ? ""
      : `<text x="${x + 8}" y="${y + 14}" text-anchor="start" font-size="13" font-weight="600" fill="var(--text)">${escape(short)}</text>`;
  return heading + svg.replace("<svg ", `<svg x="${x}" y="${y + (title === "" ? 0 : 22)}" `);
}

/** Draws a panel that says that there is no data yet, and which command makes some. */
function emptyPanel(command: string): DrawnPanel {
  const [width, height] = [Math.max(400, Math.ceil(7.5 * command.length) + 60), 170];
  const svg =
    opening(width, height, `No data yet. ${command}`) +
    `<rect x="8" y="4" width="${width - 16}" height="${height - 8}" rx="12" fill="none" stroke="var(--line)" stroke-width="1.5" stroke-dasharray="6 5"/>` +
    `<text x="${width / 2}" y="68" font-size="15" font-weight="600" fill="var(--text)">No data yet</text>` +
    `<text x="${width / 2}" y="94" fill="var(--muted)">Fill this figure with</text>` +
    `<text x="${width / 2}" y="118" font-family="ui-monospace, Menlo, Consolas, monospace" fill="var(--text)">${escape(command)}</text></svg>`;
  return { title: "", svg, width, height };
}
