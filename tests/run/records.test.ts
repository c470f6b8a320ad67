import { join } from "node:path";
import { expect, it } from "vitest";
import { openStore } from "gradstream/store";
import { pipeline, rowsOf, runEach, start, tinyCifar10 } from "../fixtures/command-line.ts";
import { aRun, temporaryFolder } from "../fixtures/runs.ts";

const matching = (pattern: RegExp) => expect.stringMatching(pattern) as string;

const LOSS = '[{"name":"loss","when":{"every":2}}]';

it("records what each arm really trained: source, optimizer with its options, loss, operator, probes", async () => {
  const cwd = temporaryFolder();
  const cifar10 = tinyCifar10(cwd);
  const args = (...more: string[]) => ["run", pipeline("sources"), "--no-serve", ...more];
  const all = await start(args("--store", "a.duckdb"), { cwd, cifar10 }).ended;
  expect([all.code, all.stderr]).toEqual([0, expect.stringContaining("6 runs of 3 steps on cifar10 (100 images")]);
  expect(
    await rowsOf(
      join(cwd, "a.duckdb"),
      "SELECT arm, dataset, optimizer, loss_name, activations, probes FROM run ORDER BY arm",
    ),
  ).toEqual(
    [
      ["decaying", '{"name":"sgd","learningRate":0.01,"weightDecay":0.5,"decay":"all"}', null],
      ["fast", '{"name":"sgd","learningRate":0.1,"weightDecay":0,"decay":"all"}', null],
      [
        "noisy",
        '{"name":"sgd","learningRate":0.01,"weightDecay":0,"decay":"all"}',
        '{"name":"injectNoise","site":"norm","nMu":0.5,"nSigma":1.25,"rMu":0.1,"rSigma":0.1}',
      ],
      ["slow", '{"name":"sgd","learningRate":0.01,"weightDecay":0,"decay":"all"}', null],
      ["told", matching(/^{"name":"scaled",.*"factor":0.02,"schedule":"schedule"}$/), null],
      ["untold", matching(/^{"name":"scaled",.*"factor":0.03}$/), null],
    ].map(([arm, optimizer, activations]) => [arm, "cifar10", optimizer, "cross-entropy", activations, LOSS]),
  );

  const detail = await rowsOf(join(cwd, "a.duckdb"), "SELECT DISTINCT backend, backend_detail FROM run");
  expect(detail).toEqual([[matching(/^(wasm|tensorflow)$/), matching(/^(tfjs|TensorFlow) \d/)]]);

  const env = { CIFAR10_DIR: cifar10 };
  const [linear, own, listed] = await runEach(
    [
      args("--arm", "slow,fast", "--set", "source=linear", "--store", "b.duckdb"),
      args("--arm", "slow", "--set", "source=own", "--store", "b.duckdb"),
      ["runs", "--format", "json", "--store", "b.duckdb"],
    ].map((invocation) => ({ args: invocation, env })),
    cwd,
  );
  expect([linear!.code, linear!.stderr]).toEqual([0, expect.stringContaining("2 runs of 3 steps on linearTask, into")]);
  expect([own!.code, own!.stderr]).toEqual([0, expect.stringContaining("1 run of 3 steps on own source, into")]);
  expect(own!.stderr).toMatch(/^slow +step 3\/3 .* completed$/m);
  expect(own!.stdout).toContain("What measuring took:");
  const runs = JSON.parse(listed!.stdout) as Readonly<Record<string, string>>[];
  expect(runs.map(({ arm, dataset, optimizer, loss_name: loss }) => [arm, dataset, optimizer, loss])).toEqual([
    ["slow", "linearTask", '{"name":"sgd","learningRate":0.01,"weightDecay":0,"decay":"all"}', "half sum of squares"],
    ["fast", "linearTask", '{"name":"sgd","learningRate":0.1,"weightDecay":0,"decay":"all"}', "half sum of squares"],
    ["slow", "own source", '{"name":"sgd","learningRate":0.01,"weightDecay":0,"decay":"all"}', "cross-entropy"],
  ]);

  const [shown, none] = await runEach(
    [runs[1]!["run_id"]!, "nobody"].map((id) => ({ args: ["runs", id, "--store", "b.duckdb"] })),
    cwd,
  );
  expect(shown!.stdout).toMatch(
    /^run_id +sources\/fast\/0\/\S+\n[^]*\ndataset +linearTask\n[^]*\noptimizer +{"name":"sgd"/,
  );
  expect([none!.code, none!.stderr]).toEqual([
    2,
    "gradstream: runs: no run nobody in b.duckdb; gradstream runs lists them\n",
  ]);
});

it("brings a store of the version before up to date, for reading too, and loses nothing", async () => {
  const path = join(temporaryFolder(), "a.duckdb");
  const store = await openStore(path);
  await store.startRun(aRun({ runId: "images" }));
  await store.startRun(
    aRun({ runId: "linear", experiment: "deep-linear", network: "deep linear 25 x 10, no norm", dataset: "cifar10" }),
  );
  for (const runId of ["images", "linear"]) await store.finishRun(runId, "completed", aRun().startedAt + 1000);
  for (const view of ["figure_1a", "latest_run", "run_summary", "sweep_result"])
    await store.query(`DROP VIEW IF EXISTS ${view}`);
  for (const column of [
    "optimizer",
    "loss_name",
    "activations",
    "probes",
    "layers",
    "note",
    "tags",
    "backend_detail",
  ]) {
    await store.query(`ALTER TABLE run DROP COLUMN ${column}`);
  }
  for (const table of ["sweep", "trial", "attempt", "removed_run"]) await store.query(`DROP TABLE ${table}`);
  await store.query("ALTER TABLE event DROP COLUMN kind");
  await store.query("ALTER TABLE event RENAME COLUMN name TO kind");
  await store.query("DELETE FROM schema_version WHERE version > 1");
  await store.close();

  expect(await rowsOf(path, "SELECT run_id, dataset, status, optimizer, probes FROM run ORDER BY run_id")).toEqual([
    ["images", "toy", "completed", null, null],
    ["linear", "linearTask", "completed", null, null],
  ]);
  expect(await rowsOf(path, "SELECT run_id, steps_done FROM run_summary ORDER BY run_id")).toEqual([
    ["images", 100],
    ["linear", 100],
  ]);
});
