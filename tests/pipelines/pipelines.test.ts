import { readdirSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { startBackend } from "../../src/backend/start.ts";
import { shapes10 } from "../../src/data/shapes10.ts";
import { chooseArms, resolveHyper, SCALES } from "../../src/experiment/experiment.ts";
import { trialContext } from "../../src/experiment/trial-context.ts";
import { PAGE_NEEDS } from "../../src/pages/parts/needs.ts";
import { checkOwnClaims } from "../../src/paper/own-claims.ts";
import { PAPERS } from "../../src/paper/papers.ts";
import { loadPipeline } from "../../src/run/pipeline/load-pipeline.ts";
import { emptyStore } from "../fixtures/paper-runs.ts";
import { collect, valuesOf } from "../fixtures/streams.ts";
import { expectNoLeak } from "../fixtures/tensors.ts";

const below = (folder: string) => readdirSync(`pipelines/${folder}`).filter((file) => file.endsWith(".ts"));
/** Reads a file that lies beside nobody's pipelines; tests/pipelines/own-data.test.ts makes one. */
const OWN_FILE = "examples/own-csv.ts";
const examples = below("examples").map((file) => `examples/${file}`);
const files = [...below(""), ...examples.filter((file) => file !== OWN_FILE)];
const data = shapes10({ train: 200, test: 32, seed: 1 });

beforeAll(async () => {
  await startBackend("wasm");
});

describe.each(files)("pipelines/%s", (file) => {
  it("runs each of its arms for three steps, at the quick scale", async () => {
    const { experiment } = await loadPipeline(`pipelines/${file}`);
    const hyper = resolveHyper(experiment, "quick", { steps: "3" });
    for (const [name, arm] of Object.entries(chooseArms(experiment, hyper))) {
      await expectNoLeak(async () => {
        const { controls } = experiment;
        const context = Object.assign({}, hyper, trialContext({ arm, seed: 0, data, controls }));
        const records = await collect(experiment.run(context));
        const losses = valuesOf(
          records.filter((record) => "probe" in record && record.probe === "loss"),
          "loss",
        );
        expect(losses, name).toHaveLength(3);
        expect(losses.every(Number.isFinite), name).toBe(true);
        expect(
          records.filter((record) => record.kind === "event" && record.level !== "info"),
          name,
        ).toEqual([]);
      });
    }
  });

  it("resolves at every scale, asks a question, and stays short", async () => {
    const { experiment } = await loadPipeline(`pipelines/${file}`);
    for (const scale of SCALES) {
      const hyper = resolveHyper(experiment, scale, {});
      expect(Object.keys(chooseArms(experiment, hyper)).length).toBeGreaterThan(0);
    }
    expect(experiment.question).toMatch(/\?/);
    const lines = readFileSync(`pipelines/${file}`, "utf8").trim().split("\n");
    expect(lines.length).toBeLessThanOrEqual(44);
    expect(readFileSync("pipelines/README.md", "utf8")).toContain(file);
  });
});

describe("claims of the pipelines that ship", () => {
  it("have SQL that is understood, and runs of the quick scale for a test", async () => {
    const store = await emptyStore();
    let count = 0;
    for (const file of files) {
      const { name, experiment } = await loadPipeline(`pipelines/${file}`);
      const { claims = {}, seeds: own = 1 } = experiment;
      const hyper = resolveHyper(experiment, "quick", {});
      await checkOwnClaims(
        store,
        { experiment: name, claims, arms: Object.keys(chooseArms(experiment, hyper)) },
        PAPERS,
      );
      for (const { steps = 1, seeds = 3 } of Object.values(claims)) {
        expect([hyper.steps >= steps, own >= seeds], name).toEqual([true, true]);
        count += 1;
      }
    }
    expect(count).toBeGreaterThan(10);
  });
});

it("fills every page by the first command of the README", async () => {
  const { experiment } = await loadPipeline("noisy-batchnorm");
  const hyper = resolveHyper(experiment, "quick", { steps: "2" });
  const { batchNorm } = chooseArms(experiment, hyper);
  const context = Object.assign({}, hyper, trialContext({ arm: batchNorm!, seed: 0, data }));
  const records = await collect(experiment.run(context));
  const recorded = new Set(records.map((one) => ("probe" in one ? one.probe : one.kind)));
  const empty = Object.entries(PAGE_NEEDS).filter(([, { probes }]) => !probes.some((probe) => recorded.has(probe)));
  expect(empty.map(([page]) => page)).toEqual([]);
});
