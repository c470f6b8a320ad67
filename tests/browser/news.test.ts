import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { launch, NO_CHROMIUM } from "../fixtures/browser.ts";
import { aReading, aRun } from "../fixtures/runs.ts";
import { serve } from "../fixtures/served-store.ts";
import { describeUnless } from "../fixtures/unless.ts";
import { waitFor } from "../fixtures/wait.ts";

/** Keeps what the page asks the browser to show, which has no screen here. */
const KEEP = `window.told = [];
  window.Notification = class extends window.Notification {
    constructor(title, options) { super(title, options); window.told.push([title, options.body]); }
  };`;

describeUnless(NO_CHROMIUM, "news of runs", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser.close());

  it("stands in the title, and is shown where that was allowed", async () => {
    const { server, start, record, store } = await serve();
    const context = await browser.newContext({ permissions: ["notifications"] });
    onTestFinished(() => context.close());
    await context.addInitScript(KEEP);
    const page = await context.newPage();
    for (const arm of ["a", "b"]) await start(aRun({ runId: arm, arm, steps: 100, startedAt: Date.now() }));
    await page.goto(server.url);
    await record("a", [aReading(49)]);
    await waitFor(async () => expect(await page.title()).toMatch(/^25 % Overview/));
    const end = async (runId: string, status: "completed" | "diverged") => {
      await store.finishRun(runId, status, Date.now());
      server.hub.runEnded(runId, status);
    };
    await end("a", "diverged");
    const told = () => page.evaluate<string[][]>("window.told");
    await waitFor(async () => expect(await told()).toEqual([["gradstream", "a, seed 0, diverged at step 49"]]));
    await waitFor(async () => expect(await page.title()).toMatch(/^⚠ 50 % Overview/));
    await end("b", "completed");
    await waitFor(async () =>
      expect((await told()).map(([, body]) => body)).toEqual(["a, seed 0, diverged at step 49", "b is completed"]),
    );
    await waitFor(async () => expect(await page.title()).toMatch(/^⚠ Overview/));
  });

  it("comes in the background too, where a browser draws nothing", async () => {
    const { server, start, store } = await serve();
    const context = await browser.newContext({ permissions: ["notifications"] });
    onTestFinished(() => context.close());
    await context.addInitScript(`${KEEP} window.requestAnimationFrame = () => 1;`);
    const page = await context.newPage();
    await start(aRun({ runId: "a", arm: "a", steps: 100, startedAt: Date.now() }));
    await page.goto(server.url);
    await waitFor(async () => expect(await page.title()).toMatch(/^0 % Overview/));
    await store.finishRun("a", "diverged", Date.now());
    server.hub.runEnded("a", "diverged");
    await waitFor(async () => expect(await page.title()).toMatch(/^⚠ Overview/));
    expect(await page.evaluate("window.told.length")).toBe(1);
  });

  it("is offered while runs go on, and asks the browser only when that is wanted", async () => {
    const { server, start } = await serve();
    const context = await browser.newContext();
    onTestFinished(() => context.close());
    await context.addInitScript(
      "window.asked = 0; Notification.requestPermission = async () => { window.asked += 1; return 'default'; };",
    );
    await context.addInitScript("Object.defineProperty(Notification, 'permission', { get: () => 'default' });");
    const page = await context.newPage();
    await page.goto(server.url);
    const button = page.getByRole("button", { name: "Notify me" });
    await waitFor(async () => expect(await page.textContent("#connection")).toBe("no runs yet"));
    expect(await button.isVisible()).toBe(false);
    await start(aRun({ runId: "a", startedAt: Date.now() }));
    await waitFor(async () => expect(await button.isVisible()).toBe(true));
    expect(await page.evaluate("window.asked")).toBe(0);
    await button.click();
    expect(await page.evaluate("window.asked")).toBe(1);
  });
});
