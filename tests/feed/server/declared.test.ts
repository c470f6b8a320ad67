import { expect, it } from "vitest";
import type { Declaration } from "../../../src/feed/client/node.ts";
import type { Training } from "../../../src/core/types.ts";
import { startServer } from "../../../src/feed/server/server.ts";
import { RawClient } from "../../fixtures/feed-client.ts";
import { follow } from "../../fixtures/followed.ts";
import { aReading, aRun } from "../../fixtures/runs.ts";
import { DASHBOARDS, serve } from "../../fixtures/served-store.ts";
import { waitFor } from "../../fixtures/wait.ts";

const LAYERS = [
  {
    layer: 1,
    name: "dense(4)",
    sites: ["linear", "norm", "output"],
    parts: ["dense(4)", "relu"],
    shape: [4],
    parameters: 20,
  },
];
const PROBES = [
  { name: "loss", when: { every: 1 } },
  { name: "ics", when: { every: 40, last: 99 }, layers: "all" },
];

const DECLARATION: Declaration = {
  id: "one",
  experiment: "e",
  pipeline: "e.ts",
  steps: 100,
  hyper: { learningRate: 0.1 },
  arms: [
    { arm: "a", network: "mlp", layers: LAYERS, probes: PROBES },
    { arm: "b", network: "mlp", layers: [], probes: null },
  ],
  trials: [
    { arm: 0, seed: 0, runId: null },
    { arm: 1, seed: 0, runId: null },
  ],
};

/** What a client knows to be declared, kept up to date. */
function declarationsOf(url: string): { latest: readonly Declaration[] } {
  const kept: { latest: readonly Declaration[] } = { latest: [] };
  follow(url).feed.declarations.subscribe((declarations) => (kept.latest = declarations));
  return kept;
}

it("says before step 0 what will be trained and measured, and what has become of it, to clients early and late", async () => {
  const { server, start, record } = await serve();
  const early = declarationsOf(server.url);
  server.hub.declared(DECLARATION);
  await waitFor(() => expect(early.latest).toEqual([DECLARATION]));
  await start(aRun({ runId: "a0" }));
  const begun = { ...DECLARATION, trials: [{ arm: 0, seed: 0, runId: "a0" }, DECLARATION.trials[1]!] };
  server.hub.declared(begun);
  server.hub.declared({ ...DECLARATION, id: "two" });
  await record("a0", [aReading(0)]);
  const late = declarationsOf(server.url);
  const expected = [begun, { ...DECLARATION, id: "two" }];
  for (const client of [early, late]) await waitFor(() => expect(client.latest).toEqual(expected));
});

it("says the same of a store whose runs have ended, also of runs that do not say what they measured", async () => {
  const { store, start, server } = await serve();
  const training: Training = {
    dataset: "d",
    network: "mlp",
    optimizer: { name: "sgd" },
    lossName: "l",
    probes: PROBES,
  };
  for (const [runId, seed] of [
    ["a0", 0],
    ["a1", 1],
  ] as const) {
    await start(aRun({ runId, arm: "a", seed, steps: 100, startedAt: seed }));
    await store.noteTraining(runId, { ...training, layers: LAYERS });
  }
  await start(aRun({ runId: "a2", arm: "a", seed: 2, steps: 100, startedAt: 2 }));
  await start(aRun({ runId: "longer", arm: "a", seed: 2, steps: 200, startedAt: 3 }));
  const again = await startServer({ store, port: 0, dashboardsDir: DASHBOARDS });
  const client = declarationsOf(again.url);
  await waitFor(() => expect(client.latest).toHaveLength(2));
  const { network } = aRun();
  expect(client.latest[0]).toMatchObject({
    experiment: aRun().experiment,
    steps: 100,
    hyper: null,
    arms: [
      { arm: "a", network: "mlp", layers: LAYERS, probes: PROBES },
      { arm: "a", network, layers: [], probes: null },
    ],
    trials: [
      { arm: 0, seed: 0, runId: "a0" },
      { arm: 0, seed: 1, runId: "a1" },
      { arm: 1, seed: 2, runId: "a2" },
    ],
  });
  expect(client.latest[1]).toMatchObject({ steps: 200, trials: [{ arm: 0, seed: 2, runId: "longer" }] });
  await again.close();
  await server.close();
});

it("keeps to the shape that docs/FEED.md gives, after the runs and before what is on disk", async () => {
  const { server } = await serve();
  server.hub.declared(DECLARATION);
  const raw = new RawClient(server.url);
  await waitFor(() => expect(raw.of("stored")).toHaveLength(1));
  expect(raw.messages.map(({ type }) => type)).toEqual(["hello", "runs", "declared", "stored"]);
  const [said] = raw.of("declared");
  expect(Object.keys(said!)).toEqual(["type", "declarations"]);
  expect(Object.keys(said!.declarations[0]!)).toEqual([
    "id",
    "experiment",
    "pipeline",
    "steps",
    "hyper",
    "arms",
    "trials",
  ]);
  expect(Object.keys(said!.declarations[0]!.arms[0]!)).toEqual(["arm", "network", "layers", "probes"]);
});
