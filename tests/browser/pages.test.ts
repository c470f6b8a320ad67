import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Drawn, drawn, launch, NO_CHROMIUM, open, settled, until } from "../fixtures/browser.ts";
import { pipeline, rowsOf, tinyCifar10 } from "../fixtures/command-line.ts";
import { gradstream, type ServeProcess, serveProcess } from "../fixtures/recorded.ts";
import { describeUnless } from "../fixtures/unless.ts";
import { waitFor } from "../fixtures/wait.ts";

type Rows = readonly (readonly unknown[])[];
const ARMS = ["standard", "batchNorm"];

describeUnless(NO_CHROMIUM, "every page of a store of real runs", () => {
  let browser: Browser;
  let folder: string;
  let store: string;
  let server: ServeProcess;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "gradstream-pages-"));
    store = join(folder, "pages.duckdb");
    const cifar10 = tinyCifar10(folder);
    const record = (...args: string[]) => gradstream([...args, "--scale", "smoke", "--store", store], folder, cifar10);
    await record("run", pipeline("claiming"), "--arm", "it's plain", "--no-serve");
    await record("reproduce", "--only", "C21", "--seeds", "1", "--no-serve");
    for (const name of ["deep-linear", "landscape"]) {
      await record("run", name, "--arm", ARMS.join(), "--seeds", "2", "--no-serve");
    }
    server = await serveProcess(store);
    browser = await launch();
  }, 600_000);
  afterAll(async () => {
    await browser.close();
    await server.kill();
    rmSync(folder, { recursive: true });
  });

  const sql = (query: string): Promise<Rows> => rowsOf(store, query);
  const show = async (path: string): Promise<Page> => {
    const { page, complaints } = await open(browser, server.url + path);
    await settled(page);
    expect(complaints).toEqual([]);
    return page;
  };
  const of = (lines: readonly Drawn[], panel: string, kind: Drawn["kind"], arm: string): Drawn[] =>
    lines.filter((line) => line.panel === panel && line.kind === kind && line.arm === arm);
  const columns = (rows: Rows): unknown[][] => rows[0]!.map((_, i) => rows.map((row) => row[i]));
  const runsOf = (experiment: string, arm: string): string =>
    `run_id IN (SELECT run_id FROM run WHERE experiment = '${experiment}' AND arm = '${arm}')`;
  const close = (actual: readonly number[] | undefined, expected: unknown): void => {
    expect(actual?.length).toBe((expected as number[]).length);
    (expected as number[]).forEach((value, i) => expect(actual![i]).toBeCloseTo(value, 10));
  };

  it("overview: mean over seeds, range, final numbers", async () => {
    for (const [experiment, stat] of [
      ["landscape", "loss"],
      ["landscape", "accuracy"],
      ["deep-linear", "loss"],
    ] as const) {
      const page = await show(`?experiment=${experiment}&smooth=0`);
      const lines = await drawn(page, stat);
      for (const arm of ARMS) {
        const rows = await sql(`SELECT step, avg(value), min(value), max(value) FROM reading
          WHERE ${runsOf(experiment, arm)} AND probe = '${stat}' AND stat = '${stat}' GROUP BY step ORDER BY step`);
        const [line] = of(lines, stat, "line", arm);
        expect(rows.length).toBe(12);
        const [steps, mean, low, high] = columns(rows);
        expect(line!.steps).toEqual(steps);
        close(line!.values, mean);
        const [band] = of(lines, stat, "band", arm);
        expect([band!.low, band!.high]).toEqual([low, high]);
      }
    }
    const page = await show("?experiment=landscape");
    const rows = await sql(
      "SELECT run_id, round(100 * final_train_accuracy, 1) FROM run_summary WHERE experiment = 'landscape'",
    );
    for (const [runId, accuracy] of rows) {
      await waitFor(async () => {
        const row = (await page.textContent(`tr[data-run="${runId as string}"]`)) ?? "";
        expect(row).toContain(`${(accuracy as number).toFixed(1)}\u00a0%`);
        expect(row).toMatch(/completed.*12 \/ 12/);
      });
    }
  });

  it("single seeds and smoothing: the raw line stays", async () => {
    const page = await show("?experiment=landscape&seeds=single&smooth=10");
    const lines = await drawn(page, "loss");
    const rows = await sql(`SELECT run_id, list(step ORDER BY step), list(value ORDER BY step) FROM reading
      WHERE ${runsOf("landscape", "batchNorm")} AND probe = 'loss' AND stat = 'loss' GROUP BY run_id`);
    expect(rows.length).toBe(2);
    for (const [runId, steps, values] of rows as [string, number[], number[]][]) {
      const raw = lines.find((line) => line.runId === runId && line.kind === "raw")!;
      expect([raw.steps, raw.values]).toEqual([steps, values]);
      const smooth = lines.find((line) => line.runId === runId && line.kind === "line")!;
      const weights = (at: number) => steps.slice(0, at + 1).map((step) => Math.exp((-2 * (steps[at]! - step)) / 10));
      close(
        smooth.values,
        values.map((_, at) => {
          const w = weights(at);
          return w.reduce((sum, one, i) => sum + one * values[i]!, 0) / w.reduce((sum, one) => sum + one, 0);
        }),
      );
    }
  });

  it("covariate shift: l2 and cosine of a layer, and every layer over time", async () => {
    const page = await show("ics.html?experiment=landscape&layer=5");
    const lines = await drawn(page);
    for (const arm of ARMS) {
      for (const stat of ["l2", "cosine"]) {
        const rows = await sql(`SELECT step, avg(value) FROM reading WHERE ${runsOf("landscape", arm)}
          AND probe = 'ics' AND stat = '${stat}' AND layer = 5 GROUP BY step ORDER BY step`);
        const [line] = of(lines, stat, "line", arm);
        close(line!.values, columns(rows)[1]);
      }
      const rows = await sql(`SELECT step, avg(value) FROM reading WHERE ${runsOf("landscape", arm)}
        AND probe = 'ics' AND stat = 'l2' GROUP BY layer, step ORDER BY layer, step`);
      const cells = lines.find(({ panel }) => panel === `shift-by-layer/${arm}`)!;
      expect(cells.x0).toEqual(columns(rows)[0]);
      close(cells.value, columns(rows)[1]);
    }
  });

  it.each(["landscape", "deep-linear"])(
    "landscape of %s: bands, beta with its ceilings, D by distance",
    async (name) => {
      const page = await show(`landscape.html?experiment=${name}&step=6`);
      const lines = await drawn(page);
      const stat = (arm: string, stat: string) =>
        sql(`SELECT step, avg(value) FROM reading WHERE ${runsOf(name, arm)} AND probe = 'gradient_steps'
        AND stat = '${stat}' AND distance IS NULL GROUP BY step ORDER BY step`).then(columns);
      for (const arm of ARMS) {
        for (const panel of ["loss", "gradient_difference"]) {
          const [band] = of(lines, panel, "band", arm);
          const [steps, low] = await stat(arm, `${panel}_min`);
          expect(band!.steps).toEqual(steps);
          close(band!.low, low);
          close(band!.high, (await stat(arm, `${panel}_max`))[1]);
        }
        close(of(lines, "beta", "line", arm)[0]!.values, (await stat(arm, "beta"))[1]);
        const profile = columns(
          await sql(`SELECT distance, avg(value) FROM reading WHERE ${runsOf(name, arm)} AND probe = 'gradient_steps'
          AND stat = 'gradient_difference' AND distance IS NOT NULL AND step = 6 GROUP BY distance ORDER BY distance`),
        );
        const [line] = of(lines, "profile", "line", arm);
        expect(line!.steps).toEqual(profile[0]);
        close(line!.values, profile[1]);
      }
      const ceilings =
        await sql(`SELECT DISTINCT value FROM reading JOIN run USING (run_id) WHERE experiment = '${name}'
      AND probe = 'gradient_steps' AND stat IN ('vanishing_gradient_beta', 'edge_of_stability') ORDER BY 1`);
      const rules = lines.filter(({ kind }) => kind === "rule").flatMap(({ values }) => values);
      expect(rules.sort((a, b) => a - b)).toEqual(columns(ceilings)[0]);
    },
  );

  it("gradients: norms of the network and of a layer, and every layer over time", async () => {
    for (const [layer, where] of [
      ["", "layer IS NULL"],
      ["&layer=3", "layer = 3"],
    ] as const) {
      const lines = await drawn(await show(`gradients.html?experiment=landscape${layer}`));
      const stats = ["gradient_norm", "update_norm", "parameter_norm", "distance"];
      for (const stat of layer === "" ? stats : [...stats, "effective_learning_rate", "angular_update"]) {
        const rows = await sql(`SELECT step, avg(value) FROM reading WHERE ${runsOf("landscape", "batchNorm")}
          AND probe = 'norms' AND stat = '${stat}' AND ${where} GROUP BY step ORDER BY step`);
        close(of(lines, stat, "line", "batchNorm")[0]?.values, columns(rows)[1]);
      }
      const rows =
        await sql(`SELECT avg(value) FROM reading WHERE ${runsOf("landscape", "standard")} AND probe = 'norms'
        AND stat = 'gradient_norm' AND layer IS NOT NULL GROUP BY layer, step ORDER BY layer, step`);
      close(lines.find(({ panel }) => panel === "norms-by-layer/standard")!.value, columns(rows)[0]);
    }
  });

  it("activations: moments of a layer", async () => {
    const lines = await drawn(await show("activations.html?experiment=landscape"));
    for (const stat of ["mean", "variance", "excess_kurtosis"]) {
      const rows = await sql(`SELECT step, avg(value) FROM reading WHERE ${runsOf("landscape", "standard")}
        AND probe = 'moments' AND stat = '${stat}' AND unit IS NULL GROUP BY step ORDER BY step`);
      close(of(lines, stat, "line", "standard")[0]!.values, columns(rows)[1]);
    }
  });

  it("compare: runs of any experiment over steps, samples, epochs and time", async () => {
    const runs = await sql(
      "SELECT run_id FROM run WHERE seed = 0 AND experiment IN ('landscape', 'theory') ORDER BY 1",
    );
    const chosen = runs.map(([id]) => `runs=${encodeURIComponent(id as string)}`).join("&");
    const step = await drawn(await show(`compare.html?${chosen}`));
    expect(new Set(step.map(({ curve }) => curve)).size).toBe(runs.length);
    const [run] = await sql(`SELECT run_id, hyper ->> 'size', hyper ->> 'images' FROM run
      WHERE experiment = 'landscape' AND arm = 'standard' AND seed = 0`);
    const [id, size, images] = [run![0] as string, Number(run![1]), Number(run![2])];
    const one = (lines: readonly Drawn[]) => lines.find(({ runId }) => runId === id)!;
    for (const [x, factor] of [
      ["samples", size],
      ["epoch", size / images],
    ] as const) {
      const lines = await drawn(await show(`compare.html?runs=${encodeURIComponent(id)}&x=${x}`));
      close(
        one(lines).steps,
        one(step).steps.map((at) => at * factor),
      );
      expect(one(lines).values).toEqual(one(step).values);
    }
    const zoomed = await show(`compare.html?runs=${encodeURIComponent(id)}&x=samples&from=1&to=3`);
    const view = "window.gradstream.parts().flatMap(({ charts = [] }) => charts)[0].panel.chart.view.x";
    expect(await zoomed.evaluate(view)).toEqual([size, 3 * size]);
    const [[plain]] = await sql("SELECT run_id FROM run WHERE experiment = 'claiming' LIMIT 1") as [[string]]; // prettier-ignore
    const neither = await show(`compare.html?runs=${encodeURIComponent(plain)}&x=epoch`);
    expect(await neither.textContent("[data-panel=comparison] .waiting")).toContain(
      "To count epoch, runs need a setting",
    );
    const timed = one(await drawn(await show(`compare.html?runs=${encodeURIComponent(id)}&x=time`)));
    const [last] = await sql(`SELECT step, value / 1000 FROM reading WHERE run_id = '${id}' AND probe = 'timing'
      AND stat = 'milliseconds' ORDER BY step DESC LIMIT 1`);
    expect(timed.steps.at(-1)).toBeCloseTo(last![1] as number, 6);
    const beta = await show(`compare.html?${chosen}&stat=${encodeURIComponent("ics / l2")}&place=layer+4`);
    const rows = await sql(`SELECT value FROM reading WHERE run_id = '${id}' AND probe = 'ics' AND stat = 'l2'
      AND layer = 4 ORDER BY step`);
    close(one(await drawn(beta)).values, columns(rows)[0]);

    await beta.locator('[data-choice="add"]').selectOption("accuracy / accuracy");
    await until(beta, `document.querySelector('[data-panel="comparison-2"]')?.dataset.state === "ready"`);
    const accuracy = await sql(`SELECT value FROM reading WHERE run_id = '${id}' AND stat = 'accuracy' ORDER BY step`);
    close(one(await drawn(beta, "comparison-2")).values, columns(accuracy)[0]);
    close(one(await drawn(beta)).values, columns(rows)[0]);
    await beta.getByRole("button", { name: "Remove" }).first().click();
    await until(beta, `document.querySelector('[data-panel="comparison-2"]') === null`);
    expect(new URL(beta.url()).searchParams.getAll("stat")).toEqual(["accuracy / accuracy"]);
  });

  it("claims and figures: the verdicts, ours and the paper's curves", async () => {
    const page = await show("paper.html?figure=4c");
    const [claim] = await sql("SELECT verdict, measured, threshold, detail FROM claim WHERE claim_id = 'C21'");
    const row = (await page.textContent("[data-claim=C21]")) ?? "";
    for (const part of [claim![0], claim![3]]) expect(row).toContain(part as string);
    expect(await page.locator("[data-claim]").count()).toBe(21 + 5);
    const own = (await page.textContent('[data-claim="stays finite"]')) ?? "";
    for (const part of ["claiming, smoke", "stays below 10.nobody, 2024", "< 10", "reproduced"]) {
      expect(own).toContain(part);
    }
    await until(page, "window.gradstream.parts()[1].rows !== undefined");
    const lines = await drawn(page);
    const rows = await sql("SELECT x, y FROM figure_4c WHERE source = 'ours' AND arm = 'batchNorm' ORDER BY x");
    expect(await page.textContent("[data-panel=figure] .nothing")).toBe("");
    const ours = lines.find(({ curve, kind }) => curve === "batchNorm" && kind === "line")!;
    expect(ours.values).toEqual(columns(rows)[1]);
    const paper = await sql("SELECT x, y FROM figure_4c WHERE source = 'paper' AND arm = 'batchNorm' ORDER BY x");
    const theirs = lines.find(({ curve }) => curve === "batchNorm, the paper’s")!;
    expect([theirs.steps, theirs.values]).toEqual(columns(paper));
    const select = page.locator("[data-choice=figure]");
    const ids = await select.locator("option").evaluateAll((all) => all.map((one) => (one as HTMLOptionElement).value));
    expect(ids.length).toBeGreaterThan(25);
    for (const id of ids) {
      await select.selectOption(id);
      await until(page, `window.gradstream.parts()[1].rows !== undefined`);
    }
    expect(await page.textContent("[data-panel=figure] .nothing")).not.toContain("could not");
  });

  it("SQL: table, chart, CSV, and errors as DuckDB says them", async () => {
    const query = "SELECT arm, step, avg(value) AS loss FROM curve WHERE stat = 'loss' AND probe = 'loss' GROUP BY ALL";
    const page = await show("sql.html");
    await page.getByLabel("SQL", { exact: true }).fill(`${query} ORDER BY arm, step`);
    await page.keyboard.press("Control+Enter");
    const rows = await sql(`${query} ORDER BY arm, step`);
    await until(page, `document.querySelectorAll(".result tbody tr").length === ${rows.length}`);
    expect(page.url()).toContain("sql=SELECT");
    const cells = await page.locator(".result tbody tr").first().locator("td").allTextContents();
    expect(cells).toEqual([rows[0]![0], String(rows[0]![1]), String(Number((rows[0]![2] as number).toPrecision(7)))]);
    expect(await page.textContent("#sql-status")).toMatch(/^\d+ rows, [\d,]+ ms$/);
    const line = (await drawn(page, "quick-chart")).find(({ curve }) => curve === "mlp")!;
    expect(line.values).toEqual(rows.filter(([arm]) => arm === "mlp").map((row) => row[2]));
    const [csv] = await Promise.all([page.waitForEvent("download"), page.locator("#csv").click()]);
    const text = Buffer.concat(await (await csv.createReadStream()).toArray()).toString();
    expect(text.split("\r\n").slice(0, 2)).toEqual(["arm,step,loss", rows[0]!.map(String).join()]);
    expect(text.trimEnd().split("\r\n").length).toBe(rows.length + 1);

    const [parquet] = await Promise.all([page.waitForEvent("download"), page.locator("#parquet").click()]);
    expect(await sql(`SELECT count(*)::INTEGER, min(step) FROM read_parquet('${await parquet.path()}')`)).toEqual([
      [rows.length, Math.min(...rows.map((row) => row[1] as number))],
    ]);

    for (const [bad, reason] of [
      ["SELECT nothing FROM run", /Binder Error.*nothing.*line 1, column 8/],
      ["DROP TABLE run", /only SELECT/],
    ] as const) {
      await page.getByLabel("SQL", { exact: true }).fill(bad);
      await page.getByRole("button", { name: "Run", exact: true }).click();
      await waitFor(async () =>
        expect([bad, await page.textContent("#sql-error")]).toEqual([bad, expect.stringMatching(reason)]),
      );
      await until(page, `document.querySelector("#sql-status").textContent === "Failed"`);
      expect(await page.locator(".result").isVisible()).toBe(false);
    }
  });

  it("SQL: completes names, underlines a mistake, and offers the name that was meant and what was asked before", async () => {
    const page = await show("sql.html");
    await page.getByText("run_summary", { exact: true }).click();
    await page.getByRole("button", { name: "Insert FROM run_summary" }).waitFor();
    await page.getByLabel("SQL", { exact: true }).click();
    await page.keyboard.press("Control+A");
    await page.keyboard.type("SELECT sta");
    await page
      .getByRole("listbox", { name: "Completions" })
      .getByRole("option", { name: /^status/ })
      .waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+A");
    await page.keyboard.type("SELECT max(stepp)\nFROM reading r WHERE r.stat = 'loss'");
    await page.keyboard.press("Control+Enter");
    await page.getByRole("button", { name: "Use step", exact: true }).waitFor();
    expect(await page.locator(".cm-lintRange-error").textContent()).toBe("stepp");
    await page.getByRole("button", { name: "Use step", exact: true }).click();
    const [row] = await sql("SELECT max(step) FROM reading WHERE stat = 'loss'");
    await until(page, `document.querySelector(".result tbody td")?.textContent === "${String(row![0])}"`);
    expect(await page.locator("#sql-error").isVisible()).toBe(false);
    const asked = await page.getByLabel("Asked before").locator("option").allTextContents();
    expect(asked[1]).toBe("SELECT max(step) FROM reading r WHERE r.stat = 'loss'");
  });
});
