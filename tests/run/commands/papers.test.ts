import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { PAPERS } from "../../../src/paper/papers.ts";
import { openStore } from "../../../src/run/command-line/open-store.ts";
import { reportCommand } from "../../../src/run/commands/report.ts";
import { reproduceCommand } from "../../../src/run/commands/reproduce.ts";
import { serve } from "../../../src/run/serving/serving.ts";
import { claimRows, type FiledVerdict } from "../../../src/pages/parts/claim-rows.ts";
import { listedFigures } from "../../../src/pages/parts/listed-figures.ts";
import type { PaperCatalogue } from "../../../src/pages/parts/paper-catalogue.ts";
import { records } from "../../../src/store/records.ts";
import { TOY_PAPER } from "../../fixtures/toy-paper/paper.ts";
import { recordWidening } from "../../fixtures/toy-paper/runs.ts";
import { rejection, temporaryFolder } from "../../fixtures/runs.ts";

const BOTH = [...PAPERS, TOY_PAPER];

describe("commands, of two papers", () => {
  it("offer both, the first where none is named", () => {
    for (const command of [reportCommand(BOTH), reproduceCommand(BOTH)]) {
      const help = command.helpInformation().replace(/\s+/g, " ");
      expect(help).toContain('(choices: "santurkar-2018", "toy", default: "santurkar-2018")');
      expect(help).toContain(
        "santurkar-2018: figures 1 to 13, claims C1 to C21 and full-width; toy: figures T1 and claims C1",
      );
    }
    expect(reportCommand().helpInformation().replace(/\s+/g, " ")).toContain(
      "only some of figures 1 to 13, claims C1 to C21 and full-width",
    );
  });

  it("report, check and serve each by itself", async () => {
    const folder = temporaryFolder();
    const [path, out] = [join(folder, "a.duckdb"), join(folder, "report")];
    const store = await openStore(path, {}, BOTH);
    await recordWidening(store);
    await store.close();

    const report = (...words: string[]) =>
      reportCommand(BOTH).parseAsync(["--store", path, "--out", out, ...words], { from: "user" });
    expect((await rejection(report("--only", "T1"))).message).toContain("no figure or claim T1");
    await report("--paper", "toy", "--only", "T1,C1");
    const markdown = readFileSync(join(out, "report.md"), "utf8");
    expect(markdown).toContain("# Does Width Help? Reproduced");
    expect(markdown).toContain("### Figure T1. Width over training");
    expect(markdown).toContain("**The wide arm is wider.** |  |  |  |  | ✓ Reproduced |");
    expect(readFileSync(join(out, "figures", "T1.svg"), "utf8")).toContain(">plain</text>");
    await reproduceCommand(BOTH).parseAsync(["--check", "--paper", "toy", "--store", path], { from: "user" });
    expect(process.exitCode).toBeUndefined();
    await report("--only", "C1,7");
    expect(readFileSync(join(out, "report.md"), "utf8")).toContain("### Figure 7. The two networks of the theory");

    const again = await openStore(path, {}, BOTH);
    onTestFinished(() => again.close());
    const server = await serve(again, { host: "127.0.0.1", port: 0 }, BOTH);
    onTestFinished(() => server.close());
    const answer = await fetch(`${server.url}paper.json`);
    const { papers, arms } = (await answer.json()) as PaperCatalogue;
    expect(arms).toMatchObject({ standard: 0, plain: 3, wide: 5 });
    expect(listedFigures(papers).map(({ key }) => key)).toEqual(expect.arrayContaining(["1a", "toy/T1"]));
    const rows = claimRows(papers, (await records(again, "FROM claim")) as unknown as FiledVerdict[]);
    const first = rows.filter(({ judged }) => judged.claim_id === "C1");
    expect(first.map(({ paper, judged }) => [paper?.name, judged.verdict, judged.experiment])).toEqual([
      ["santurkar-2018", "not testable", "learning-rates"],
      ["toy", "reproduced", "widening"],
    ]);
  });
});
