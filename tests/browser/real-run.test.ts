import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { drawn, launch, NO_CHROMIUM, open, pageState } from "../fixtures/browser.ts";
import { rowsOf, start, tinyCifar10 } from "../fixtures/command-line.ts";
import { waitFor } from "../fixtures/wait.ts";
import { describeUnless } from "../fixtures/unless.ts";

const ARMS = ["standard", "batchNorm", "noisyBatchNorm", "noisyStandard"];

describeUnless(NO_CHROMIUM, "the live page beside a real run", () => {
  it("shows, of all four arms, every number that the store holds when the run has ended", async () => {
    const folder = mkdtempSync(join(tmpdir(), "gradstream-page-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const browser = await launch();
    onTestFinished(() => browser.close());
    const args = ["run", "noisy-batchnorm", "--steps", "25", "--set", "width=4", "--set", "size=16", "--port", "0"];
    const run = start([...args, "--store", "page.duckdb"], { cwd: folder, cifar10: tinyCifar10(folder) });
    let url: string | undefined;
    let text = "";
    run.child.stderr!.on("data", (part: string) => (url = /live: (http\S+)/.exec((text += part))?.[1] ?? url));
    await run.seen("live: http");
    const overview = await open(browser, `${url!}?smooth=0`);
    const activations = await open(browser, `${url!}activations.html?layer=8`);
    const { code, stderr } = await run.ended;
    expect(code, stderr).toBe(0);
    for (const { page } of [overview, activations]) {
      await waitFor(async () => expect(await pageState(page)).toMatchObject({ stage: "ended" }));
    }

    const lines = [...(await drawn(overview.page)), ...(await drawn(activations.page))];
    const pairs = (arm: string, panel: string, name: string) =>
      lines
        .filter((line) => line.arm === arm && line.panel === panel && line.name === name)
        .flatMap(({ steps, values }) => steps.map((step, i) => [step, values[i]]));
    for (const arm of ARMS) {
      for (const [panel, name, where] of [
        ["loss", "loss", "probe = 'loss' AND stat = 'loss'"],
        ["accuracy", "accuracy", "stat = 'accuracy'"],
        ["accuracy", "test_accuracy", "stat = 'test_accuracy'"],
        ["mean", "mean", "stat = 'mean' AND layer = 8 AND unit IS NULL"],
      ] as const) {
        const sql = `SELECT step, value FROM curve WHERE arm = '${arm}' AND ${where} ORDER BY step`;
        const rows = await rowsOf(join(folder, "page.duckdb"), sql);
        expect(rows.length).toBeGreaterThan(1);
        expect(pairs(arm, panel, name), `${arm} ${panel} ${name}`).toEqual(rows);
      }
      const counted = await rowsOf(
        join(folder, "page.duckdb"),
        `SELECT step, lo, counts FROM histogram JOIN run USING (run_id) WHERE arm = '${arm}' AND layer = 8
         QUALIFY dense_rank() OVER (ORDER BY unit) = 1 ORDER BY step`,
      );
      const cells = lines.find(({ panel }) => panel === `histograms/${arm}`)!;
      expect(counted.length).toBeGreaterThan(0);
      const expected = counted.flatMap(([, , counts]) => (counts as number[]).filter((count) => count > 0));
      expect(cells.value).toEqual(expected);
      expect([...new Set(cells.x0)]).toEqual(counted.map(([step]) => step));
      expect(cells.y0![0]).toBeGreaterThanOrEqual(counted[0]![1] as number);
    }
    const refused = (complaint: string) => complaint.includes("ERR_CONNECTION_REFUSED");
    const complaints = [...overview.complaints, ...activations.complaints];
    expect(complaints.filter((complaint) => !refused(complaint))).toEqual([]);
  });
});
