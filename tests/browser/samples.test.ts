import { expect, it, onTestFinished } from "vitest";
import { conv, dense, flatten, layered, maxPool, probes, relu, samples, sgd, shapes10, startBackend, train, trialContext } from "gradstream"; // prettier-ignore
import { take } from "rxjs";
import type { RunEvent } from "../../src/core/types.ts";
import { launch, NO_CHROMIUM, open } from "../fixtures/browser.ts";
import { aRun } from "../fixtures/runs.ts";
import { serve } from "../fixtures/served-store.ts";
import { collect } from "../fixtures/streams.ts";
import { describeUnless } from "../fixtures/unless.ts";
import { waitFor } from "../fixtures/wait.ts";

const NAMES = Array.from({ length: 10 }, (_, i) => `shape${i}`);
const network = layered("small", [
  { linear: conv({ filters: 6 }), nonlinearity: relu(), then: [maxPool(), flatten()] },
  { linear: dense({ units: 10 }) },
]);
const PIXELS = (selector: string) => `[...document.querySelectorAll(${JSON.stringify(selector)})].map((canvas) =>
  [...canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data].filter((_, i) => i % 4 < 3))`;
const TEXTS = (selector: string) =>
  `[...document.querySelectorAll(${JSON.stringify(selector)})].map((one) => one.textContent)`;

describeUnless(NO_CHROMIUM, "samples of a run", () => {
  it("have the names that the data set gives its classes", async () => {
    await startBackend("cpu");
    const data = shapes10({ train: 10, test: 20 });
    const { batches, test } = trialContext({ arm: { network }, seed: 0, data });
    const by = train(network, sgd({ learningRate: 0.05 }), { seed: 0 });
    const asked = batches({ size: 10 }).pipe(take(1), by, probes(samples({ test: test(), images: 3 })));
    const events = (await collect(asked)) as RunEvent[];
    const served = await serve();
    await served.start(aRun({ runId: "r", steps: 3, startedAt: Date.now() }));
    await served.record("r", events);
    const browser = await launch();
    onTestFinished(() => browser.close());
    const { page, complaints } = await open(browser, served.server.url);
    await waitFor(async () => expect(await page.evaluate(TEXTS(".confusion tbody th"))).toEqual(data.classes));
    expect(await page.evaluate(TEXTS(".confusion thead th"))).toEqual(data.classes);
    const labels = [...data.test.labels.slice(0, 3)].map((label) => data.classes[label]!);
    const captions = await page.evaluate<string[]>(TEXTS(".sample figcaption"));
    expect(captions.map((text) => labels.find((name) => text.startsWith(`✓ ${name}`) || text.startsWith(`✗ ${name} →`)))).toEqual(labels); // prettier-ignore
    expect(complaints).toEqual([]);
  });

  it("are its images with what it takes them for, its confusions and its filters, step by step", async () => {
    await startBackend("cpu");
    const data = shapes10({ train: 40, test: 20 });
    const { batches, test } = trialContext({ arm: { network }, seed: 0, data });
    const by = train(network, sgd({ learningRate: 0.05 }), { seed: 0 });
    const records = await collect(
      batches({ size: 10 }).pipe(take(3), by, probes(samples({ test: test(), images: 3, classes: NAMES }))),
    );
    const events = records as RunEvent[];
    const served = await serve();
    await served.start(aRun({ runId: "r", steps: 3, startedAt: Date.now() }));
    await served.record("r", events.slice(0, 2));
    const browser = await launch();
    onTestFinished(() => browser.close());
    const wide = await open(browser, served.server.url);
    const narrow = await open(browser, served.server.url, { width: 390, dark: true });
    const panel = wide.page.locator("[data-panel=samples]");
    await waitFor(async () => expect(await panel.isVisible()).toBe(true));
    const images = await wide.page.evaluate<number[][]>(PIXELS(".sample canvas"));
    expect(images).toHaveLength(3);
    images.forEach((pixels, i) => expect(pixels).toEqual([...data.test.pixels.subarray(3072 * i, 3072 * (i + 1))]));
    const filters = (events[1]!.data as { filters: { bytes: string } }).filters;
    const kernels = await wide.page.evaluate<number[][]>(PIXELS(".filters canvas"));
    expect(kernels.flat()).toEqual([...Buffer.from(filters.bytes, "base64")]);

    const expectStep = async (event: RunEvent): Promise<void> => {
      const found = event.data as {
        images: { label: number; prediction: number; probability: number }[];
        confusion: number[];
      };
      const captions = found.images.map(({ label, prediction, probability }) => {
        const sure = `${(100 * probability).toFixed(1)} %`;
        return label === prediction ? `✓ shape${label}, ${sure}` : `✗ shape${label} → shape${prediction}, ${sure}`;
      });
      for (const { page } of [wide, narrow]) {
        await waitFor(async () => expect(await page.evaluate(TEXTS(".sample figcaption"))).toEqual(captions));
        expect(await page.evaluate(TEXTS(".confusion tbody td"))).toEqual(found.confusion.map(String));
      }
    };
    await expectStep(events[1]!);
    expect(await wide.page.evaluate(TEXTS(".confusion tbody th"))).toEqual(NAMES);
    await served.record("r", events.slice(2));
    await expectStep(events[3]!);
    await wide.page.goto(`${served.server.url}?step=1`);
    await waitFor(async () =>
      expect(await wide.page.textContent("[data-panel=samples] h3")).toBe("standard, seed 0, step 1"),
    );
    expect(await narrow.page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBe(0);
    expect([...wide.complaints, ...narrow.complaints]).toEqual([]);
  });
});
