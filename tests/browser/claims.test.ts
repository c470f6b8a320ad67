import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launch, NO_CHROMIUM, open, settled, until } from "../fixtures/browser.ts";
import { aRun } from "../fixtures/runs.ts";
import { serve, type Served } from "../fixtures/served-store.ts";
import { describeUnless } from "../fixtures/unless.ts";

const FAILED = "The verdicts could not be read: ";

describeUnless(NO_CHROMIUM, "the list of claims", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser.close());

  /** A store with a verdict on what a pipeline claims. */
  async function judged(): Promise<Served> {
    const served = await serve();
    await served.store.query(
      `INSERT INTO claim (experiment, claim_id, scale, verdict, measured, threshold, detail, statement)
       VALUES ('e', 'falls', 'smoke', 'reproduced', 3, 2, 'in all', 'The loss falls.')`,
    );
    return served;
  }

  /** A run begins: the page asks for the verdicts again. */
  const begin = ({ start }: Served, runId: string) => start(aRun({ runId, startedAt: Date.now() }));

  const says = async (page: Page) => ({
    answer: await page.textContent("[data-panel=claims] .answer"),
    tally: await page.textContent("[data-panel=claims] .tally"),
    rows: await page.locator("[data-claim]").allTextContents(),
  });

  it("keeps what was read before while the verdicts cannot be read, and says so", async () => {
    const served = await judged();
    const { page } = await open(browser, `${served.server.url}paper.html`);
    await settled(page);
    await until(page, `document.querySelector('[data-claim="falls"]')`);
    const before = await says(page);
    expect(before.tally).toContain("1 reproduced");
    expect(before.answer).not.toBe("");

    await served.store.query("ALTER TABLE claim RENAME TO hidden");
    await begin(served, "first");
    await until(page, `document.querySelector("[data-panel=claims] .tally").textContent.startsWith("${FAILED}")`);
    const { tally, ...rest } = await says(page);
    expect(tally).toMatch(/claim does not exist.*; these were read before$/s);
    expect(rest).toEqual({ answer: before.answer, rows: before.rows });

    await served.store.query("ALTER TABLE hidden RENAME TO claim");
    await begin(served, "second");
    await until(page, `!document.querySelector("[data-panel=claims] .tally").textContent.startsWith("${FAILED}")`);
    expect(await says(page)).toEqual(before);
  });

  it("asks for the papers again where they did not come", async () => {
    const served = await judged();
    const { page } = await open(browser, "about:blank");
    await page.route("**/paper.json", (route) => route.abort());
    await page.goto(`${served.server.url}paper.html`);
    await until(page, `document.querySelector("[data-panel=claims] .tally")?.textContent.startsWith("${FAILED}")`);
    await page.unroute("**/paper.json");
    await begin(served, "first");
    await until(page, `document.querySelectorAll("[data-claim]").length > 10`);
    expect((await says(page)).tally).toMatch(/^1 reproduced, \d+ not judged yet$/);
  });
});
