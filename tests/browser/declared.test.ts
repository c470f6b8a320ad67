import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { NamedOptions } from "../../src/core/types.ts";
import type { Declaration } from "../../src/feed/protocol/declaration.ts";
import { startServer } from "../../src/feed/server/server.ts";
import { catalogueOf } from "../../src/paper/catalogue.ts";
import { PAPERS } from "../../src/paper/papers.ts";
import { launch, NO_CHROMIUM, open, settled } from "../fixtures/browser.ts";
import { aReading, aRun } from "../fixtures/runs.ts";
import { DASHBOARDS, type Served, serve } from "../fixtures/served-store.ts";
import { describeUnless } from "../fixtures/unless.ts";
import { waitFor } from "../fixtures/wait.ts";

const PROBES: readonly NamedOptions[] = [
  { name: "loss", when: { every: 1 } },
  { name: "moments", when: { every: 10 }, layers: [1] },
  { name: "ics", when: { every: 10 }, misfit: "ics: layer 1 has no kernel" },
];
const PIPELINE = `/home/somebody/${"experiments_of_mine/".repeat(4)}batchnorm_without_end.ts`;
const declaration = (runId: string | null): Declaration => ({
  id: "d",
  experiment: aRun().experiment,
  pipeline: PIPELINE,
  steps: 100,
  hyper: {},
  arms: [{ arm: "standard", network: "mlp", layers: [], probes: PROBES }],
  trials: [{ arm: 0, seed: 0, runId }],
});

/** Begins a run that is declared and has made no step. */
async function begin(served: Served): Promise<void> {
  served.server.hub.declared(declaration(null));
  await served.start(aRun({ runId: "r", pipeline: PIPELINE, steps: 100, startedAt: Date.now() }));
  served.server.hub.declared(declaration("r"));
}

const dimmed = (page: Page): Promise<string[]> =>
  page.evaluate(`[...document.querySelectorAll("nav a.dim")].map((link) => link.textContent)`);
const texts = (page: Page, selector: string): Promise<string[]> =>
  page.evaluate(
    `[...document.querySelectorAll(${JSON.stringify(selector)})].filter((one) => one.checkVisibility()).map((one) => one.textContent)`,
  );

describeUnless(NO_CHROMIUM, "what runs will give", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser.close());

  it("dims the page of sweeps until the store has one", async () => {
    const served = await serve();
    await begin(served);
    const { page } = await open(browser, served.server.url);
    await waitFor(async () => expect(await dimmed(page)).toContain("Sweeps"));
    expect(await page.getByRole("link", { name: "Sweeps" }).getAttribute("title")).toBe("this store has no sweep");
    await served.store.query("INSERT INTO sweep (sweep_id, experiment, state) VALUES ('s', 'e', 'completed')");
    await served.start(aRun({ runId: "another" }));
    await waitFor(async () => expect(await dimmed(page)).not.toContain("Sweeps"));
  });

  it("is told from the start: pages are dimmed, and say what would fill them", async () => {
    const served = await serve();
    await begin(served);
    const { page, complaints } = await open(browser, `${served.server.url}gradients.html`);
    await waitFor(async () =>
      expect(await dimmed(page)).toEqual(["Covariate shift", "Landscape", "Gradients", "Sweeps"]),
    );
    expect(await texts(page, "[data-panel]:not([data-panel=absent]), [data-group]")).toEqual([]);
    expect(await texts(page, "[data-panel=absent] code")).toEqual([
      "norms({ when: every(20) })",
      "npx gradstream run landscape --scale quick",
    ]);
    expect(await page.textContent("[data-panel=absent]")).toContain(`Give probes(…) in ${PIPELINE} this line`);
    expect(await page.locator("main").innerText()).not.toMatch(/Waiting|Loading/);
    await page.setViewportSize({ width: 360, height: 900 });
    expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBe(0);
    await page.goto(`${served.server.url}ics.html`);
    await waitFor(async () =>
      expect(await page.textContent("[data-panel=absent]")).toContain("ics: layer 1 has no kernel"),
    );
    expect(complaints).toEqual([]);
  });

  it("waits where something will come, and collapses the rest, with its legend and buttons", async () => {
    const served = await serve();
    await begin(served);
    const { page, complaints } = await open(browser, `${served.server.url}activations.html`);
    await waitFor(async () =>
      expect(await texts(page, "[data-panel=mean] .waiting")).toEqual(["Waiting for the first step…"]),
    );
    expect(await texts(page, "[data-panel=absent] h3")).toEqual(["Histograms", "Excess kurtosis"]);
    await served.record("r", [aReading(0, { probe: "moments", stat: "mean", layer: 1, value: 1 })]);
    await waitFor(async () => expect(await texts(page, "[data-panel=mean] .waiting")).toEqual([]));
    await waitFor(async () => expect(await texts(page, "[data-panel=mean] .legend b")).toEqual(["1"]));
    await served.store.finishRun("r", "completed", Date.now());
    served.server.hub.runEnded("r", "completed");
    const empty = page.locator("[data-panel=variance]");
    await waitFor(async () => expect(await empty.getAttribute("data-state")).toBe("empty"));
    expect(await texts(page, "[data-panel=variance] :is(.legend, .count, button, .uplot)")).toEqual([]);
    expect((await empty.locator(".chart").boundingBox())!.height).toBeLessThan(60);
    expect(complaints).toEqual([]);
  });

  it("shows queued trials as rows, and how far all is", async () => {
    const served = await serve();
    const trials = [null, "r", null].map((runId, seed) => ({ arm: 0, seed, runId }));
    await begin(served);
    served.server.hub.declared({ ...declaration("r"), trials });
    const { page, complaints } = await open(browser, served.server.url);
    const rows = () => texts(page, "#runs-body tr");
    await waitFor(async () => expect(await rows()).toHaveLength(3));
    expect((await rows()).slice(1)).toEqual([
      expect.stringMatching(/^standard0queuedSkip0 \/ 100–/),
      expect.stringMatching(/^standard2queuedSkip0 \/ 100–/),
    ]);
    expect(await page.textContent(".runs .tally")).toBe("0 of 3 runs ended, 2 queued");
    await served.record("r", [aReading(0)]);
    await waitFor(async () =>
      expect(await page.textContent("#connection")).toMatch(/^live, 0 of 3 runs ended, 2 queued/),
    );
    served.server.hub.declared({ ...declaration("r"), trials: trials.slice(1, 2) });
    await waitFor(async () => expect(await rows()).toHaveLength(1));
    expect(complaints).toEqual([]);
  });

  it("stops, pauses and skips trials by buttons, which ask again before what cannot be taken back", async () => {
    const served = await serve();
    const asked: unknown[] = [];
    served.server.hub.controlledBy((command) => asked.push(command) > 0);
    const trials = ["r", null].map((runId, seed) => ({ arm: 0, seed, runId }));
    await begin(served);
    served.server.hub.declared({ ...declaration("r"), trials });
    const { page, complaints } = await open(browser, served.server.url);
    const press = (name: string) => page.getByRole("button", { name }).click();
    await press("Pause standard, seed 0");
    await waitFor(() => expect(asked).toEqual([{ action: "pause", run: "r" }]));
    served.server.hub.runPaused("r", true);
    await waitFor(async () => expect((await texts(page, "#runs-body tr"))[0]).toContain("paused"));
    await press("Continue standard, seed 0");
    await press("Skip standard, seed 1");
    await press("Skip, sure? standard, seed 1");
    await waitFor(() =>
      expect(asked.slice(1)).toEqual([
        { action: "continue", run: "r" },
        { action: "skip", declaration: "d", arm: "standard", seed: 1 },
      ]),
    );
    await served.store.finishRun("r", "interrupted", Date.now());
    served.server.hub.runEnded("r", "interrupted");
    await waitFor(async () => expect(await texts(page, "[data-run] .run-controls button")).toEqual([]));
    expect(complaints).toEqual([]);
  });

  it("draws the network with its layers; hovering and choosing one says which it is", async () => {
    const served = await serve();
    await begin(served);
    const layers = [1, 2].map((layer) => ({
      layer,
      name: `dense(${layer})`,
      sites: ["linear", "output"],
      parts: [`dense(${layer})`, "relu"],
      shape: [layer],
    }));
    const [arm] = declaration("r").arms;
    const probes = [...PROBES, { name: "norms" }];
    served.server.hub.declared({ ...declaration("r"), arms: [{ ...arm!, layers, probes }] });
    await served.record("r", [aReading(0, { probe: "norms", stat: "gradient_norm", layer: 2, value: 1 })]);
    const { page, complaints } = await open(browser, `${served.server.url}gradients.html`);
    await waitFor(async () => expect(await texts(page, ".network .layer-number")).toEqual(["1", "2"]));
    await page.locator(".layer").nth(1).hover();
    const said = page.locator("[data-panel=networks] [role=status]");
    expect(await said.textContent()).toBe("Layer 2: dense(2), relu; output 2; sites linear, output.");
    const chosen = page.locator("[data-choice=layer]");
    await waitFor(async () => expect(await page.textContent(".toolbar option[value='2']")).toBe("2 · dense(2)"));
    await page.locator(".layer").nth(1).click();
    await waitFor(async () => expect(await chosen.inputValue()).toBe("2"));
    expect(await page.locator(".layer[aria-pressed=true]").textContent()).toMatch(/^Layer 2dense/);
    await waitFor(async () =>
      expect(await page.locator("[data-group=norms-by-layer] .legend").textContent()).toContain(
        "layer 2 · dense(2): 1",
      ),
    );
    expect(complaints).toEqual([]);
  });

  it("is told of a finished store too", async () => {
    const served = await serve();
    await served.start(aRun({ runId: "r" }));
    const probes = PROBES.filter(({ misfit }) => misfit === undefined);
    await served.store.noteTraining("r", {
      dataset: "d",
      network: "mlp",
      optimizer: { name: "sgd" },
      lossName: "l",
      probes,
    });
    await served.store.finishRun("r", "completed", Date.now());
    const second = await startServer({
      store: served.store,
      port: 0,
      dashboardsDir: DASHBOARDS,
      documents: { "/paper.json": catalogueOf(PAPERS) },
    });
    const { page, complaints } = await open(browser, second.url);
    await waitFor(async () => expect(await dimmed(page)).toEqual(["Covariate shift", "Landscape", "Gradients"]));
    await page.getByRole("link", { name: "Landscape" }).click();
    await settled(page);
    expect(await texts(page, "[data-panel=absent] h3")).toHaveLength(1);
    await page.getByLabel("Walk").selectOption("random_steps");
    await waitFor(async () =>
      expect((await texts(page, "[data-panel=absent] code"))[0]).toMatch(/^gradientSteps\({ direction: "random"/),
    );
    expect(complaints).toEqual([]);
    await second.close();
  });
});
