import type { FigureData } from "../paper/figure.ts";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { figureSvg } from "./figure.ts";
import { reportHtml } from "./html.ts";
import type { ReportInput } from "./input.ts";
import { reportMarkdown } from "./markdown.ts";

/** Writes `index.html`, `report.md` and `figures/<id>.svg`; gives their paths. */
export async function writeReport(
  folder: string,
  input: ReportInput,
  date: Date = new Date(),
): Promise<{ files: string[] }> {
  const names = fileNames(input.figures);
  const nameOf = (figure: FigureData) => names.get(figure)!;
  const contents: [string, string][] = [
    ["index.html", reportHtml(input, date, nameOf)],
    ["report.md", reportMarkdown(input, date, nameOf)],
    ...input.figures.map((figure): [string, string] => [
      join("figures", `${nameOf(figure)}.svg`),
      figureSvg(figure, input),
    ]),
  ];
  await mkdir(join(folder, "figures"), { recursive: true });
  const files = contents.map(([name]) => join(folder, name));
  await Promise.all(contents.map(([, content], i) => writeFile(files[i]!, content)));
  return { files };
}

/** Makes names fit for files and links of the figures' ids; a number tells those apart that are the same. */
function fileNames(figures: readonly FigureData[]): Map<FigureData, string> {
  const names = new Map<FigureData, string>();
  const taken = new Set<string>();
  for (const input of figures) {
    const id = input.figure.id.replace(/[^\w-]+/g, "-") || "figure";
    let name = id;
    for (let i = 2; taken.has(name.toLowerCase()); i++) name = `${id}-${i}`;
    taken.add(name.toLowerCase());
    names.set(input, name);
  }
  return names;
}
