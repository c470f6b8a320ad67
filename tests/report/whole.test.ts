import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { writeReport } from "../../src/report/write-report.ts";
import { aFigure, aReport } from "../fixtures/report.ts";
import { temporaryFolder } from "../fixtures/runs.ts";

it("puts the files of a report in their places when all are written, and leaves nothing of those that are not", async () => {
  const out = join(temporaryFolder(), "out");
  const input = aReport({ figures: [aFigure()] });
  const { files } = await writeReport(out, input);
  expect(files.every((file) => existsSync(file))).toBe(true);
  expect(readdirSync(out).sort()).toEqual(["figures", "index.html", "report.md"]);

  // What cannot be put in its place: a folder is there.
  const taken = join(temporaryFolder(), "taken");
  mkdirSync(join(taken, "report.md", "kept"), { recursive: true });
  await expect(writeReport(taken, input)).rejects.toThrow();
  expect(readdirSync(taken).filter((name) => name.startsWith("."))).toEqual([]);
  expect(readdirSync(join(taken, "report.md"))).toEqual(["kept"]);
});
