import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { launch, NO_CHROMIUM, open, until } from "../fixtures/browser.ts";
import { pipeline, rowsOf, start } from "../fixtures/command-line.ts";
import { aRun, temporaryFolder } from "../fixtures/runs.ts";
import { serve } from "../fixtures/served-store.ts";
import { describeUnless } from "../fixtures/unless.ts";
import { waitFor } from "../fixtures/wait.ts";

const MOVES = "SELECT step, data ->> 'control', (data ->> 'value')::DOUBLE FROM event WHERE name = 'control'";
const READINGS = `SELECT step, probe, stat, layer, value FROM reading
    WHERE probe <> 'timing' AND NOT starts_with(probe, 'cost/')`;
const SLIDERS = `[...document.querySelectorAll("[data-control]")].map((one) =>
    [one.dataset.control, one.parentElement.querySelector("output").textContent, one.disabled])`;

describeUnless(NO_CHROMIUM, "sliders of a live run", () => {
  it(
    "move it by keyboard and pointer, show what others move, end with it, and are replayed bit for bit",
    { timeout: 240_000 },
    async () => {
      const cwd = temporaryFolder();
      const browser = await launch();
      onTestFinished(() => browser.close());
      const args = ["run", pipeline("controlled"), "--backend", "cpu", "--data", "shapes10", "--port", "0"];
      const run = start([...args, "--store", "a.duckdb"], { cwd });
      await run.seen("live: http");
      const url = await waitFor(() => /live: (http\S+)/.exec(run.shown())![1]!);
      const [mine, other] = await Promise.all([open(browser, url), open(browser, url, { width: 390, dark: true })]);
      const slider = (name: string) => mine.page.locator(`[data-control=${name}]`);
      const shown = (of = mine) => of.page.evaluate<[string, string, boolean][]>(SLIDERS);
      const begun = [
        ["noise", "0", false],
        ["learningRate", "0.1", false],
        ["end", "0", false],
      ];
      for (const of of [mine, other]) await waitFor(async () => expect(await shown(of)).toEqual(begun));
      await slider("noise").press("ArrowRight");
      await waitFor(async () => expect((await shown(other))[0]).toEqual(["noise", "0.5", false]));
      expect(await slider("noise").getAttribute("aria-valuetext")).toBe("0.5");
      expect(await slider("noise").getAttribute("aria-label")).toBe("noise of hand, seed 0");
      // At three quarters of its length a rate from 0.0001 to 1 is about 0.1, and in the middle 0.01.
      const box = (await slider("learningRate").boundingBox())!;
      await mine.page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
      await waitFor(async () => expect((await shown(other))[1]).toEqual(["learningRate", "0.01", false]));
      await other.page.locator("[data-control=noise]").press("End");
      await waitFor(async () => expect((await shown())[0]).toEqual(["noise", "2", false]));
      expect(await other.page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBe(0);
      await slider("end").press("End");
      const { code, stderr } = await run.ended;
      expect(code, stderr).toBe(0);
      const over = [
        ["noise", "2", true],
        ["learningRate", "0.01", true],
        ["end", "1", true],
      ];
      for (const of of [mine, other]) await waitFor(async () => expect(await shown(of)).toEqual(over));
      const store = join(cwd, "a.duckdb");
      const moves = await rowsOf(store, `${MOVES} ORDER BY rowid`);
      expect(moves.map(([, control, value]) => [control, value])).toEqual([
        ["noise", 0],
        ["learningRate", 0.1],
        ["end", 0],
        ["noise", 0.5],
        ["learningRate", 0.01],
        ["noise", 2],
        ["end", 1],
      ]);

      const [[id]] = (await rowsOf(store, "SELECT run_id FROM run")) as [[string]];
      const replayed = await start(["run", "--replay", id, "--no-serve", "--store", "a.duckdb"], { cwd }).ended;
      expect(replayed.code, replayed.stderr).toBe(0);
      const of = (sql: string, which: string) => rowsOf(store, `${sql} AND run_id ${which} '${id}' ORDER BY ALL`);
      const expected = await of(READINGS, "=");
      expect(expected.length).toBeGreaterThan(100);
      expect(await of(READINGS, "<>")).toEqual(expected);
      expect(await of(MOVES, "<>")).toEqual(await of(MOVES, "="));
    },
  );

  it("say why a move was refused, and stand where the run does", async () => {
    const { server, start: begin } = await serve();
    server.hub.controlledBy(() => false);
    await begin(aRun({ runId: "r", steps: 100, startedAt: Date.now() }));
    server.hub.declared({
      id: "d",
      experiment: aRun().experiment,
      pipeline: "mine.ts",
      steps: 100,
      hyper: {},
      arms: [{ arm: aRun().arm, network: "mlp", layers: [], probes: [] }],
      trials: [{ arm: 0, seed: 0, runId: "r" }],
      controls: { rate: { low: 0, high: 1, initial: 0.25 } },
    });
    const browser = await launch();
    onTestFinished(() => browser.close());
    const { page, complaints } = await open(browser, server.url);
    const slider = page.locator("[data-control=rate]");
    await waitFor(async () => expect(await slider.isEnabled()).toBe(true));
    await slider.press("Home");
    await until(
      page,
      `document.querySelector(".control .refused").textContent === "Refused: this process is not training that run"`,
    );
    await waitFor(async () => expect(await slider.getAttribute("aria-valuetext")).toBe("0.25"));
    expect(complaints).toEqual([]);
  });
});
