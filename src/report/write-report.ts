import type { FigureData } from "../paper/figure.ts";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { figureSvg } from "./figure.ts";
import { reportHtml } from "./html.ts";
import type { ReportInput } from "./input.ts";
import { reportMarkdown } from "./markdown.ts";
import { sweepFiles } from "./sweeps.ts";

/**
 * Writes `index.html`, `report.md` and `figures/<id>.svg`; gives their paths. They are there when all of them are whole.
 */
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
    ...sweepFiles(input.sweeps ?? []).map(({ name, svg }): [string, string] => [join("figures", `${name}.svg`), svg]),
  ];
  const scratch = scratchFolder(folder);
  try {
    for (const place of [scratch, folder]) await mkdir(join(place, "figures"), { recursive: true });
    await Promise.all(contents.map(([name, content]) => writeFile(join(scratch, name), content)));
    const files = contents.map(([name]) => join(folder, name));
    await Promise.all(contents.map(([name], i) => rename(join(scratch, name), files[i]!)));
    return { files };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Returns the folder in which this process writes a report until it is whole. */
export const scratchFolder = (folder: string): string => join(folder, `.writing-${process.pid}`);

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
