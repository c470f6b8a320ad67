import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Recorded } from "../../src/core/types.ts";
import { startServer } from "../../src/feed/server/server.ts";
import { catalogueOf } from "../../src/paper/catalogue.ts";
import { PAPERS } from "../../src/paper/papers.ts";
import { SqlPool } from "../../src/run/sql/sql-pool.ts";
import type { Store } from "../../src/store/store.ts";
import { drawn, launch, NO_CHROMIUM, open, settled, until } from "../fixtures/browser.ts";
import { aReading, aRun } from "../fixtures/runs.ts";
import { DASHBOARDS, serve } from "../fixtures/served-store.ts";
import { describeUnless } from "../fixtures/unless.ts";
import { waitFor } from "../fixtures/wait.ts";

/** A page that shows nothing new for so long is not usable, however busy the machine. */
const FROZEN_MS = 1000;
const RATES = [0.1, 0.01];
const ARMS = ["standard", "batchNorm"];
const lossOf = (arm: string, seed: number, rate: number): number =>
  (arm === "batchNorm" ? 0.2 : 0.8) + seed / 100 + rate;

/** Writes runs of both arms and rates, with as many seeds, that have ended. */
async function fill(store: Store, seeds: number): Promise<void> {
  for (const learningRate of RATES) {
    for (const arm of ARMS) {
      for (let seed = 0; seed < seeds; seed++) {
        const runId = `${arm}-${learningRate}-${seed}`;
        const startedAt = Date.UTC(2024, 0, 2) + 1000 * seed - 1_000_000 * learningRate;
        await store.startRun(aRun({ runId, arm, seed, hyper: { learningRate, width: 8 }, steps: 2, startedAt }));
        const loss = lossOf(arm, seed, learningRate);
        const records: Recorded[] = [0, 1].flatMap((step) => [
          aReading(step, { value: loss }),
          aReading(step, { probe: "norms", stat: "gradient_norm", value: 10 * loss + step }),
        ]);
        await store.append(runId, records);
        await store.finishRun(runId, "completed", startedAt + 60_000);
      }
    }
  }
  await store.flush();
}

/** Serves a store that has such runs from the start. */
async function serveRuns(
  seeds: number,
  prepare: (store: Store) => Promise<unknown> = () => Promise.resolve(),
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const { store } = await serve();
  await fill(store, seeds);
  await prepare(store);
  const asker = new SqlPool(store);
  const documents = { "/paper.json": catalogueOf(PAPERS) };
  const server = await startServer({ store, asker, port: 0, dashboardsDir: DASHBOARDS, documents });
  const close = async (): Promise<void> => {
    await asker.close();
    await server.close();
  };
  return { url: server.url, close };
}

const texts = (page: Page, selector: string): Promise<string[]> =>
  page.evaluate(
    `[...document.querySelectorAll(${JSON.stringify(selector)})].filter((one) => one.checkVisibility()).map((one) => one.textContent)`,
  );
const firsts = async (page: Page, count: number): Promise<(string | undefined)[]> =>
  page.evaluate(`[...document.querySelectorAll("#runs-body tr")].slice(0, ${count}).map((row) => row.dataset.run)`);
const find = (page: Page) => page.locator(".runs .search .find");
const say = (page: Page): Promise<string | null> => page.textContent("#runs-found");

describeUnless(NO_CHROMIUM, "the table of runs", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser.close());

  it("shows, sorts and finds a thousand runs, with the rows in sight alone, and typing does not freeze", async () => {
    const { url, close } = await serveRuns(250);
    const { page, complaints } = await open(browser, `${url}?list=all`);
    const rows = () => page.locator("#runs-body tr").count();
    await waitFor(async () => expect(await rows()).toBe(100));
    expect(await page.locator("[data-choice=list]").locator("option").allTextContents()).toContain(
      "all 1,000 of noisy-batchnorm",
    );
    expect((await texts(page, ".runs .scroll > button"))[0]).toBe("Show more: 900 rows are left");

    await page.getByRole("button", { name: "Final loss" }).click();
    await waitFor(async () =>
      expect(await firsts(page, 3)).toEqual(["batchNorm-0.01-0", "batchNorm-0.01-1", "batchNorm-0.01-2"]),
    );
    await page.getByRole("button", { name: "Final loss" }).click();
    await waitFor(async () => expect((await firsts(page, 1))[0]).toBe("standard-0.1-249"));

    await page.evaluate("document.querySelector('.runs .scroll').scrollTo(0, 1e6)");
    await waitFor(async () => expect(await rows()).toBe(200));

    // The longest time between two frames while somebody types, against that of a page at rest.
    await page.evaluate(`window.longest = 0; (function look(before) { requestAnimationFrame((now) => {
      window.longest = Math.max(window.longest, now - before); look(now); }); })(performance.now())`);
    await find(page).pressSequentially("learningRate=0.1 arm=batchNorm seed<3", { delay: 15 });
    await waitFor(async () => expect(await say(page)).toBe("3 of 1,000 runs found"));
    expect(await page.evaluate("window.longest")).toBeLessThan(FROZEN_MS);
    expect(await firsts(page, 4)).toEqual(["batchNorm-0.1-2", "batchNorm-0.1-1", "batchNorm-0.1-0"]);
    await waitFor(() => expect(page.url()).toContain("find=learningRate%3D0.1+arm%3DbatchNorm+seed%3C3"));

    await find(page).fill("learningrate=0.1");
    await waitFor(async () => expect(await say(page)).toMatch(/^learningrate=0.1: no run has learningrate; there are/));
    expect(await rows()).toBe(0);
    await find(page).fill("loss<0.25");
    await waitFor(async () => expect(await say(page)).toBe("4 of 1,000 runs found"));
    await page.getByRole("button", { name: "Draw these 4" }).click();
    await settled(page);
    await until(page, "window.gradstream.context.selection.runs.length === 4");
    expect(complaints).toEqual([]);
    await close();
  });

  it("groups runs by arm, with means and ranges, and unfolds a group to its runs", async () => {
    const { url, close } = await serveRuns(3);
    const { page, complaints } = await open(browser, `${url}?list=all`);
    await page.getByLabel("Group by arm").check();
    const cells = async (): Promise<string[]> => {
      const all = await texts(page, "#runs-body tr > :is(th, [data-label=Seed], [data-label='Final loss'])");
      return all.flatMap((_, i) => (i % 3 === 0 ? [all.slice(i, i + 3).join(" ")] : []));
    };
    await page.getByRole("button", { name: "Final loss" }).click();
    await waitFor(async () =>
      expect(await cells()).toEqual([
        "batchNorm 3 runs 0.220.21 to 0.23",
        "batchNorm 3 runs 0.310.3 to 0.32",
        "standard 3 runs 0.820.81 to 0.83",
        "standard 3 runs 0.910.9 to 0.92",
      ]),
    );
    expect(page.url()).toContain("group=1");
    await page.getByRole("button", { name: "More of batchNorm, 3 runs" }).first().click();
    await waitFor(async () =>
      expect((await firsts(page, 5)).slice(2)).toEqual([0, 1, 2].map((seed) => `batchNorm-0.01-${seed}`)),
    );
    await find(page).fill("seed>0");
    await waitFor(async () => expect((await cells())[0]).toMatch(/^batchNorm 2 runs /));
    expect(complaints).toEqual([]);
    await close();
  });

  it("has the columns that were chosen, hyper-parameters and any stat among them, and keeps the choice", async () => {
    const { url, close } = await serveRuns(2);
    const { page, complaints } = await open(browser, url);
    const heads = () => texts(page, ".runs thead th");
    await waitFor(async () => expect(await heads()).toContain("Steps/s"));
    await page.locator(".column-choice summary").click();
    const box = (name: string) => page.locator(".column-choice").getByLabel(name, { exact: true });
    await box("Steps/s").uncheck();
    await box("width").check();
    await box("norms.gradient_norm").check();
    const expected = ["Arm", "Seed", "width", "State", "Steps", "Time", "Final loss", "Final train acc.", "Test acc."];
    await waitFor(async () => expect(await heads()).toEqual([...expected, "norms.gradient_norm"]));
    const row = "#runs-body tr[data-run='batchNorm-0.01-1'] [data-label";
    await waitFor(async () => expect(await texts(page, `${row}='norms.gradient_norm']`)).toEqual(["3.2"]));
    expect(await texts(page, `${row}=width]`)).toEqual(["8"]);
    await find(page).fill("norms.gradient_norm>9");
    await waitFor(async () => expect(await firsts(page, 9)).toEqual(["standard-0.01-0", "standard-0.01-1"]));

    await page.reload();
    await waitFor(async () => expect(await heads()).toEqual([...expected, "norms.gradient_norm"]));
    await page.locator(".column-choice summary").click();
    await page.getByRole("button", { name: "The usual ones" }).click();
    await waitFor(async () => expect(await heads()).toContain("Steps/s"));
    expect(complaints).toEqual([]);
    await close();
  });

  it("hides runs, in charts and on other pages too, and shows them again", async () => {
    const { url, close } = await serveRuns(2);
    const { page, complaints } = await open(browser, `${url}?seeds=single`);
    const ids = async () => new Set((await drawn(page, "loss")).flatMap(({ runId }) => runId ?? []));
    await settled(page);
    await waitFor(async () => expect((await ids()).size).toBe(4));
    await page.getByRole("button", { name: "More of standard, seed 1" }).click();
    await waitFor(async () => expect((await texts(page, ".sheet")).join()).toContain("Runstandard-0.01-1"));
    await page.getByRole("button", { name: "Hide this run" }).click();
    await waitFor(async () =>
      expect(await texts(page, ".hidden-runs span")).toEqual(["1 run hidden, here and in the charts"]),
    );
    await waitFor(async () =>
      expect([...(await ids())].sort()).toEqual(["batchNorm-0.01-0", "batchNorm-0.01-1", "standard-0.01-0"]),
    );
    expect(await page.locator("#runs-body tr[data-run]").count()).toBe(3);

    await page.reload();
    await settled(page);
    expect(await page.locator("#runs-body tr[data-run]").count()).toBe(3);
    await page.getByRole("button", { name: "List them" }).click();
    await waitFor(async () => expect(await texts(page, "tr.away th")).toEqual(["standard"]));
    await page.goto(`${url}compare.html`);
    await settled(page);
    await until(page, "window.gradstream.context.selection.runs.length === 3");
    expect(await page.textContent(".run-picker summary")).toBe("Runs: 3 of 8, 1 hidden");
    await page.locator(".run-picker summary").click();
    await page.getByRole("button", { name: "Show hidden ones" }).click();
    await until(page, "window.gradstream.context.selection.runs.length === 4");
    expect(complaints).toEqual([]);
    await close();
  });

  it("shows a page of which every run is hidden, and how to get them back", async () => {
    const { url, close } = await serveRuns(1);
    const { page, complaints } = await open(browser, url);
    await settled(page);
    for (const arm of ["standard", "batchNorm"]) {
      await page.getByRole("button", { name: `More of ${arm}, seed 0` }).click();
      await page.getByRole("button", { name: "Hide this run" }).click();
      await waitFor(async () => expect(await page.locator(`#runs-body th:text('${arm}')`).count()).toBe(0));
    }
    await page.reload();
    await page.getByRole("button", { name: "Show all again" }).click();
    await waitFor(async () => expect(await page.locator("#runs-body tr[data-run]").count()).toBe(2));
    expect(complaints).toEqual([]);
    await close();
  });

  it("compares all with what is pinned, which stays on top", async () => {
    const { url, close } = await serveRuns(2);
    const { page, complaints } = await open(browser, `${url}?list=all&sort=Final+loss`);
    await page.getByRole("button", { name: "More of standard, seed 0" }).first().click();
    await page.getByRole("button", { name: "Compare others with it" }).click();
    await waitFor(async () => expect((await firsts(page, 2))[0]).toBe("standard-0.01-0"));
    const losses = () => texts(page, "#runs-body tr[data-run] [data-label='Final loss']");
    await waitFor(async () => expect((await losses()).slice(0, 3)).toEqual(["0.81", "0.21−0.6", "0.22−0.59"]));
    expect(page.url()).toContain("pin=standard-0.01-0");
    await find(page).fill("batchNorm");
    await waitFor(async () => expect(await losses()).toHaveLength(5));
    expect((await losses())[0]).toBe("0.81");

    await page.getByLabel("Group by arm").check();
    await find(page).fill("");
    await waitFor(async () => expect(await texts(page, "tr:not(.pinned) .difference")).toContain("−0.595"));
    await page.getByRole("button", { name: "More of batchNorm, 2 runs" }).first().click();
    await page.getByRole("button", { name: "Compare others with it" }).first().click();
    await waitFor(async () =>
      expect(await texts(page, "tr.pinned [data-label='Final loss']")).toEqual(["0.2150.21 to 0.22"]),
    );
    await page.getByRole("button", { name: "More of batchNorm, 2 runs" }).first().click();
    await page.getByRole("button", { name: "No longer compare with it" }).click();
    await waitFor(async () => expect(await texts(page, ".difference")).toEqual([]));
    expect(complaints).toEqual([]);
    await close();
  });

  it("keeps notes and tags, of which every page hears, and finds runs by them", async () => {
    const served = await serve();
    for (const seed of [0, 1]) await served.start(aRun({ runId: `r${seed}`, seed }));
    const { page, complaints } = await open(browser, served.server.url);
    const other = await open(browser, served.server.url);
    await page.getByRole("button", { name: "More of standard, seed 1" }).click();
    await page.getByLabel("Note on standard, seed 1").fill("<b>warm</b>");
    // Columns for notes and tags come, and what is being written stays.
    served.server.hub.runNoted("r0", { note: "other", tags: [] });
    await waitFor(async () =>
      expect(await texts(page, "#runs-body tr[data-run=r0] [data-label=Note]")).toEqual(["other"]),
    );
    expect(await page.getByLabel("Note on standard, seed 1").inputValue()).toBe("<b>warm</b>");
    await page.getByLabel("Tags of standard, seed 1").fill("warm-up, good");
    expect((await texts(page, ".note-fields .count"))[0]).toBe("not saved yet");
    await page.getByRole("button", { name: "Save what is said of standard, seed 1" }).click();
    await waitFor(async () => expect((await texts(page, ".note-fields .count"))[0]).toBe("saved"));
    expect((await served.store.query("SELECT note, tags FROM run ORDER BY seed")).rows).toEqual([
      [null, null],
      ["<b>warm</b>", ["good", "warm-up"]],
    ]);
    const said = (of: Page) => texts(of, "#runs-body tr[data-run=r1] :is([data-label=Note], [data-label=Tags])");
    await waitFor(async () => expect(await said(other.page)).toEqual(["good, warm-up", "<b>warm</b>"]));
    await find(other.page).fill("tag=good");
    await waitFor(async () => expect(await say(other.page)).toBe("1 of 2 runs found"));
    await page.getByLabel("Tags of standard, seed 1").fill("a!");
    await page.getByRole("button", { name: "Save what is said of standard, seed 1" }).click();
    await waitFor(async () => expect((await texts(page, ".note-fields .count"))[0]).toMatch(/^"a!" is not a tag/));
    expect([...complaints, ...other.complaints]).toEqual([]);
  });

  it("says that a note is saved only where nothing was typed meanwhile", async () => {
    const served = await serve();
    await served.start(aRun({ runId: "r0", seed: 0 }));
    const { page } = await open(browser, served.server.url);
    await page.getByRole("button", { name: "More of standard, seed 0" }).click();
    await page.getByLabel("Note on standard, seed 0").fill("first");
    // In one task: the answer comes after it.
    await page.evaluate(`(() => {
      const note = document.querySelector(".note-fields textarea");
      document.querySelector(".note-fields button").click();
      note.value = "first and second";
      note.dispatchEvent(new Event("input"));
    })()`);
    await waitFor(async () => expect((await served.store.query("SELECT note FROM run")).rows).toEqual([["first"]]));
    await waitFor(async () => expect(await texts(page, "#runs-body [data-label=Note]")).toEqual(["first"]));
    expect(await texts(page, ".note-fields .count")).toEqual(["not saved yet"]);
    expect(await page.getByLabel("Note on standard, seed 0").inputValue()).toBe("first and second");
  });

  it("keeps the focus on the head of a column that is pressed by keyboard", async () => {
    const { url, close } = await serveRuns(2);
    const { page } = await open(browser, url);
    const head = page.locator("#runs-head, thead").getByRole("button", { name: "Seed" });
    await head.focus();
    for (const sorted of ["ascending", "descending"]) {
      await page.keyboard.press("Enter");
      await waitFor(async () => expect(await page.locator(`th[aria-sort=${sorted}]`).count()).toBe(1));
      expect(await page.evaluate("document.activeElement.dataset.key")).toBe("Seed");
    }
    await close();
  });

  it("shows notes without fields where they cannot be changed", async () => {
    const { url, close } = await serveRuns(1, (store) => store.noteRun("standard-0.01-0", { note: "read me" }));
    const { page, complaints } = await open(browser, url);
    await page.getByRole("button", { name: "More of standard, seed 0" }).click();
    await waitFor(async () => expect(await texts(page, ".said")).toEqual(["read me"]));
    expect(await texts(page, ".note-fields textarea, .note-fields button")).toEqual([]);
    expect(complaints).toEqual([]);
    await close();
  });

  it("deletes a run that somebody confirms, with its curves, pins and choices on every page", async () => {
    const served = await serve();
    for (const seed of [0, 1, 2]) {
      const runId = `r${seed}`;
      await served.start(aRun({ runId, seed, steps: 2 }));
      await served.record(runId, [aReading(0, { value: 1 }), aReading(1, { value: seed })]);
      if (seed === 2) continue;
      await served.store.finishRun(runId, "completed", 1000);
      served.server.hub.runEnded(runId, "completed");
    }
    await served.store.flush();
    await served.store.noteRun("r0", { note: "warm" });
    served.server.hub.runNoted("r0", { note: "warm", tags: [] });
    const address = `${served.server.url}?runs=r0&runs=r1&runs=r2&pin=r0&seeds=single`;
    const [{ page, complaints }, other] = [await open(browser, address), await open(browser, address)];
    const drawnRuns = async (of: Page) =>
      [...new Set((await drawn(of, "loss")).flatMap(({ runId }) => runId ?? []))].sort();
    const ask = async (seed: number): Promise<void> => {
      const more = page.getByRole("button", { name: `More of standard, seed ${seed}` });
      if ((await more.getAttribute("aria-expanded")) === "false") await more.click();
      await page
        .locator(`#runs-body tr[data-run=r${seed}] + tr`)
        .getByRole("button", { name: "Delete this run…" })
        .click();
    };
    await waitFor(async () => expect(await drawnRuns(other.page)).toEqual(["r0", "r1", "r2"]));

    await ask(0);
    const dialog = page.getByRole("dialog", { name: "Delete this run for good?" });
    await waitFor(async () =>
      expect(await dialog.textContent()).toContain("Lost are 2 readings, its note and its checkpoints."),
    );
    expect(await dialog.textContent()).toContain("standard, seed 0 of noisy-batchnorm: r0");
    await dialog.getByRole("button", { name: "Keep it" }).click();
    await ask(0);
    await page.keyboard.press("Escape");
    await waitFor(async () => expect(await dialog.count()).toBe(0));
    expect((await served.store.query("SELECT count(*)::INTEGER FROM run")).rows).toEqual([[3]]);

    await ask(2);
    await dialog.getByRole("button", { name: "Delete it" }).click();
    await waitFor(async () => expect(await texts(page, ".refusal")).toEqual(["run r2 is running; stop it first"]));
    await dialog.getByRole("button", { name: "Keep it" }).click();

    await ask(0);
    await dialog.getByRole("button", { name: "Delete it" }).click();
    for (const one of [page, other.page]) {
      await waitFor(async () => expect(await drawnRuns(one)).toEqual(["r1", "r2"]));
      expect(await texts(one, "#runs-body tr[data-run] th")).toHaveLength(2);
      expect(await texts(one, "tr.pinned, .difference")).toEqual([]);
      expect(new URL(one.url()).search).toBe("?seeds=single&runs=r1&runs=r2");
      await one.locator(".run-picker summary").click();
      await waitFor(async () => expect(await one.locator(".run-list input").count()).toBe(2));
    }
    expect((await served.store.query("SELECT run_id FROM reading GROUP BY ALL ORDER BY ALL")).rows.flat()).toEqual(["r1", "r2"]); // prettier-ignore
    expect([...complaints, ...other.complaints]).toEqual([]);
  });

  it("deletes nothing where runs cannot be kept", async () => {
    const { url, close } = await serveRuns(1);
    const { page, complaints } = await open(browser, url);
    await page.getByRole("button", { name: "More of standard, seed 0" }).click();
    await waitFor(async () => expect(await page.getByRole("button", { name: "Hide this run" }).count()).toBe(1));
    expect(await page.getByRole("button", { name: "Delete this run…" }).count()).toBe(0);
    expect(complaints).toEqual([]);
    await close();
  });
});
