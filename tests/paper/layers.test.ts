import { beforeAll, describe, expect, it } from "vitest";
import { paperLayers, shapes10, startBackend, trialContext, vgg } from "../../src/index.ts";
import { chooseArms, resolveHyper } from "../../src/experiment/experiment.ts";
import { extensionsOf } from "../../src/paper/extensions.ts";
import { layersAt } from "../../src/paper/layer-map.ts";
import { LAYERS } from "../../src/paper/santurkar-2018/layers.ts";
import { SANTURKAR_2018 } from "../../src/paper/santurkar-2018/paper.ts";
import { loadPipeline } from "../../src/run/pipeline/load-pipeline.ts";
import { fill } from "../../src/store/fill.ts";
import { emptyStore, type OurReading, record } from "../fixtures/paper-runs.ts";
import { collect } from "../fixtures/streams.ts";

const EXPERIMENTS = Object.keys(LAYERS) as (keyof typeof LAYERS)[];

it("tells the layers of the paper's network, and of any other those of the shallowest", () => {
  expect(paperLayers("noisy-batchnorm", 16)).toEqual([2, 9, 13]);
  expect(paperLayers("noisy-batchnorm", 11)).toEqual([2, 5, 8]);
  expect(paperLayers("noisy-batchnorm", 13)).toEqual([2, 5, 8]);
});

it.each(EXPERIMENTS)("%s: a layer stands in one place, and every network has it", (experiment) => {
  for (const depth of [16, 11] as const) {
    const layers = paperLayers(experiment, depth);
    expect(layers).toHaveLength(LAYERS[experiment].layers.length);
    expect(layers).toEqual([...new Set(layers)].sort((a, b) => a - b));
    const convolutions = vgg({ depth, width: 4 }).layers.length - 3;
    expect(Math.max(...layers)).toBeLessThanOrEqual(convolutions);
  }
});

describe("pipelines", () => {
  beforeAll(async () => {
    await startBackend("wasm");
  });

  it.each([
    ["learning-rates", "standard", "histogram"],
    ["noisy-batchnorm", "standard", "moments"],
    ["internal-covariate-shift", "standard", "ics"],
    ["landscape", "standard", "moments"],
    ["theory", "vgg", "theory"],
  ] as const)("%s: records these layers", async (name, arm, probe) => {
    const { experiment } = await loadPipeline(name);
    const hyper = resolveHyper(experiment, "smoke", { steps: "2", log: "1" });
    const context = trialContext({
      arm: chooseArms(experiment, hyper)[arm]!,
      seed: 0,
      data: shapes10({ train: 64, test: 32 }),
    });
    const records = await collect(experiment.run(Object.assign({}, hyper, context)));
    const layers = records.flatMap((one) => {
      const isOfProbe = one.kind === "reading" ? one.probe === probe : one.kind === probe;
      return isOfProbe && one.kind !== "event" ? [one.layer!] : [];
    });
    expect([...new Set(layers)].sort((a, b) => a - b)).toEqual(paperLayers(name, Number(hyper["depth"])));
  });
});

it.each(EXPERIMENTS)(
  "%s: what a shallower network records in these layers is read as the paper's",
  async (experiment) => {
    const store = await emptyStore();
    for (const depth of [16, 11]) {
      await record(
        store,
        { experiment, arm: `depth ${depth}`, hyper: { learningRate: 0.1, depth } },
        paperLayers(experiment, depth).map((layer) => [0, "moments", "mean", depth, { layer }]),
      );
      await store.query("SET VARIABLE paper_runs = (SELECT list(run_id) FROM run)");
      const { rows } = await store.query("SELECT layer FROM paper_reading WHERE value = $1 ORDER BY layer", [depth]);
      expect(rows.flat()).toEqual(LAYERS[experiment].layers);
    }
  },
);

it("moves both, what is recorded and what is read, when the map changes", async () => {
  const layers = { landscape: { depth: 16, layers: [7], inPlace: { 11: [4] } } };
  const store = await emptyStore(extensionsOf([{ ...SANTURKAR_2018, layers }]));
  const [recorded] = layersAt(layers.landscape, 11);
  expect(recorded).toBe(4);
  await record(store, { experiment: "landscape", hyper: { learningRate: 0.1, depth: 11 } }, [
    [0, "moments", "mean", 1, { layer: recorded! }],
    [0, "moments", "mean", 2, { layer: 8 }],
  ]);
  const { rows } = await store.query("SELECT layer, value FROM paper_reading ORDER BY value");
  expect(rows).toEqual([
    [7, 1],
    [8, 2],
  ]);
});

it("says which layer was measured in the place of the paper's, in views and over panels", async () => {
  const store = await emptyStore();
  await fill(store, SANTURKAR_2018.curves);
  const panelsOf = async () =>
    (await store.query("SELECT DISTINCT panel FROM figure_8b WHERE stat = 'mean_drift' ORDER BY panel")).rows.flat();
  expect(await panelsOf()).toEqual(["mean, layer 13", "mean, layer 2", "mean, layer 9"]);
  const moments = [2, 5, 8].map((layer): OurReading => [0, "moments", "mean", 1, { layer, unit: 0 }]);
  await record(store, { experiment: "noisy-batchnorm", hyper: { learningRate: 0.1, depth: 11 } }, moments);
  const { rows } = await store.query("SELECT layer, measured_layer FROM paper_reading ORDER BY layer");
  expect(rows).toEqual([[2, 2], [9, 5], [13, 8]]); // prettier-ignore
  const places = await store.query("SELECT layer, measured_layer FROM paper_layer ORDER BY layer");
  expect(places.rows).toEqual([[9, 5], [13, 8]]); // prettier-ignore
  // Ours and the paper's still share a panel.
  expect(await panelsOf()).toEqual([
    "mean, layer 2",
    "mean, layer 5 (the paper's 9)",
    "mean, layer 8 (the paper's 13)",
  ]);
});
