import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { ReportInput } from "../../src/report/input.ts";
import { writeReport } from "../../src/report/write-report.ts";
import { aFigure, aReport, aRow, paperReport } from "../fixtures/report.ts";

const DATE = new Date("2026-11-24T10:15:00Z");

async function written(input: ReportInput) {
  const folder = mkdtempSync(join(tmpdir(), "gradstream-report-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const { files } = await writeReport(folder, input, DATE);
  const read = (name: string) => readFileSync(join(folder, name), "utf8");
  return { folder, files, html: read("index.html"), markdown: read("report.md") };
}

describe("a report", () => {
  it("is a page, Markdown and a file per figure", async () => {
    const input = paperReport();
    const { folder, files, markdown } = await written(input);
    const figures = input.figures.map(({ figure }) => `${figure.id}.svg`);
    expect(readdirSync(join(folder, "figures")).sort()).toEqual(figures.sort());
    expect(files.map((file) => basename(file)).sort()).toEqual(["index.html", "report.md", ...figures].sort());
    for (const name of figures) expect(markdown).toContain(`](figures/${name})`);
    expect(files.reduce((sum, file) => sum + statSync(file).size, 0)).toBeLessThan(6e6);
  });

  it("needs nothing but itself", async () => {
    const { html } = await written(paperReport());
    expect(html).not.toMatch(/<script|@import|url\(|src=|href="(?!#|data:,)/);
  });

  it("says what it stands on, first", async () => {
    const { html, markdown } = await written(paperReport());
    for (const fact of [
      "quick",
      "2026-11-24 10:15 UTC",
      "2 h 13 min",
      "8 cores, 32 GiB, Linux x64",
      "tfjs 4.22.0",
      "6 runs",
    ]) {
      expect(html.slice(0, html.indexOf("<main>"))).toContain(fact);
      expect(markdown.slice(0, markdown.indexOf("## "))).toContain(fact);
    }
  });

  it("judges claims in words and signs, with measure, spread, threshold and the paper's value", async () => {
    const { html, markdown } = await written(paperReport());
    const text = html.replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");
    expect(text).toContain("✓ 1 reproduced ✗ 1 not reproduced ? 1 not testable");
    expect(text).toMatch(
      /C1 With BatchNorm, training is faster\. ✓ Reproduced steps to 90 % .*? 0\.419 0\.39 to 0\.47 3 of 3 seeds, 2 as far as the paper ≤ 0\.6 0\.42 ✓ met Seeds 0, 1, 2\./,
    );
    expect(text).toContain("5.25 3.1 to 9.75 1 of 3 seeds, 0 as far as the paper ≥ 8 17 ✗ missed");
    expect(text).toMatch(/C4 .*? \? Not testable A claim about looks/);
    expect(markdown).toContain("| 0.419 | 0.39 to 0.47; 3 of 3 seeds, 2 as far as the paper | ≤ 0.6 | 0.42 | ✓ met |");
    expect(html.indexOf('id="claims"')).toBeLessThan(html.indexOf('id="figures"'));
  });

  it("gives of each figure the settings, seeds, runs and SQL", async () => {
    const { html, markdown } = await written(paperReport());
    const figure = /<figure class="figure" id="figure-1a">.*?<\/figure>/s.exec(html)![0];
    expect(figure).toContain("<dt>Seeds</dt><dd>0, 1, 2</dd>");
    for (const part of ["weight decay 4e-4", "20261124-batchNorm-2-3f9a", "SELECT * FROM figure_1a WHERE y &lt; 100"]) {
      expect(figure).toContain(part);
    }
    expect(markdown).toContain("```sql\nSELECT * FROM figure_1a WHERE y < 100\n```");
  });

  it("says what to run where ours is missing", async () => {
    const { html, markdown } = await written(paperReport());
    const section = (id: string) => new RegExp(`id="figure-${id}">.*?</figure>`, "s").exec(html)![0];
    expect(section("13a")).toMatch(/No data yet.*npx gradstream reproduce --only 13 --scale quick --store results/s);
    expect(section("13b")).toMatch(/Only the paper's curves so far.*npx gradstream reproduce --only 13/s);
    expect(section("1a")).not.toContain("npx gradstream");
    expect(markdown.match(/No data of ours yet/g)).toHaveLength(2);
  });

  it("does not ask for runs that are there and show nothing", async () => {
    const report = paperReport();
    const figures = report.figures.map((input) => (input.figure.id === "13b" ? { ...input, runs: ["a"] } : input));
    const { html } = await written({ ...report, figures });
    expect(html).toContain("Only the paper's curves: the runs of this store are too short for it.");
  });

  it("lists the runs, with what their settings hide", async () => {
    const { markdown } = await written(paperReport());
    expect(markdown).toContain("| learning-rates | standard | 0.1 | 2 | diverged | 4,210 of 15,000 | NaN |");
    expect(markdown).toContain("| 80.1 % | 41.2 | 6 min 04 s | 20261124-standard-0-3f9a |");
  });

  it("of no claims and free figures keeps names apart and text harmless", async () => {
    const rows = [aRow({ arm: "<b>", x: 0 }), aRow({ arm: "<b>", x: 1 })];
    const given = {
      id: "my run/loss",
      title: "<script>alert(1)</script> | loss",
      sql: "SELECT '</pre>'",
      experiment: "",
      paper: undefined,
    };
    const { folder, html, markdown } = await written(
      aReport({ figures: [aFigure(given, { rows }), aFigure(given, { rows })] }),
    );
    expect(readdirSync(join(folder, "figures")).sort()).toEqual(["my-run-loss-2.svg", "my-run-loss.svg"]);
    expect(html).not.toMatch(/<script|<b>|id="claims"|id="runs"|<\/pre>'/);
    expect(html).toContain("&lt;b&gt;");
    expect(html).not.toContain("Figure my");
    expect(markdown).toContain("&lt;script>alert(1)&lt;/script> \\| loss");
  });
});
