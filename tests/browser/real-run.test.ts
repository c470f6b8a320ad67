import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { CHROMIUM, drawnSeries, launch, NO_CHROMIUM, open, pageState } from "../fixtures/browser.ts";
import { rowsOf, start, tinyCifar10 } from "../fixtures/command-line.ts";

if (CHROMIUM === undefined) console.warn(`real run: skipped, ${NO_CHROMIUM}`);

const ARMS = ["standard", "batchNorm", "noisyBatchNorm", "noisyStandard"];

describe.skipIf(CHROMIUM === undefined)("the live page beside a real run", () => {
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
    const { page, complaints } = await open(browser, url!);
    const { code, stderr } = await run.ended;
    expect(code, stderr).toBe(0);
    await vi.waitFor(async () => expect(await pageState(page)).toMatchObject({ stage: "ended" }), { timeout: 10_000 });

    const series = await drawnSeries(page);
    const drawn = (arm: string, panel: string, name: string) =>
      series
        .filter((line) => line.arm === arm && line.panel === panel && line.name === name)
        .flatMap(({ steps, values }) => steps.map((step, i) => [step, values[i]]));
    for (const arm of ARMS) {
      for (const [panel, name, where] of [
        ["loss", "loss", "stat = 'loss'"],
        ["accuracy", "accuracy", "stat = 'accuracy'"],
        ["accuracy", "testAccuracy", "stat = 'test_accuracy'"],
        ["mean", "mean", "stat = 'mean' AND layer = 8 AND unit IS NULL"],
      ] as const) {
        const sql = `SELECT step, value FROM curve WHERE arm = '${arm}' AND ${where} ORDER BY step`;
        const rows = await rowsOf(join(folder, "page.duckdb"), sql);
        expect(rows.length).toBeGreaterThan(1);
        expect(drawn(arm, panel, name), `${arm} ${panel} ${name}`).toEqual(rows);
      }
    }
    const refused = (complaint: string) => complaint.includes("ERR_CONNECTION_REFUSED");
    expect(complaints.filter((complaint) => !refused(complaint))).toEqual([]);
  });
});
