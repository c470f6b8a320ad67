import { readFileSync } from "node:fs";
import { beforeEach, expect, it, onTestFinished, vi } from "vitest";
import { sha256 } from "../../../src/checkpoints/checkpoint.ts";
import { codeVersion } from "../../../src/run/process/version.ts";
import { EmbeddedEngine, type EmbeddedWorker } from "../../../src/sweep/engine/embedded.ts";
import { attemptFolders, commitAttempt, readCommit } from "../../../src/sweep/place/attempts.ts";
import { folderPlace } from "../../../src/sweep/place/folder-place.ts";
import type { SweepManifest } from "../../../src/sweep/place/manifest.ts";
import type { PlaceAddress } from "../../../src/sweep/place/result-place.ts";
import { decodeSegment, segmentFile } from "../../../src/sweep/place/segment.ts";
import { servePlace } from "../../../src/sweep/place/serve-place.ts";
import { writePlan } from "../../../src/sweep/place/trial-book.ts";
import type { PlannedTrial } from "../../../src/sweep/plan/planned-trial.ts";
import { Lanes } from "../../../src/sweep/worker/lanes.ts";
import { pipeline, smallCifar10 } from "../../fixtures/command-line.ts";
import { temporaryFolder } from "../../fixtures/runs.ts";
import { childrenOf } from "../../fixtures/sweeps.ts";
import { waitFor } from "../../fixtures/wait.ts";

const file = pipeline("resumable");
const manifest: SweepManifest = {
  sweepId: "s",
  experiment: "resumable",
  pipeline: file,
  file,
  pipelineSha256: sha256(readFileSync(file)),
  backend: "cpu",
  data: "cifar10",
  codeVersion: codeVersion(),
  retries: 2,
  checkpointEvery: { steps: 3 },
};

const trialOf = (hyper: Readonly<Record<string, number | boolean | string>>): PlannedTrial => ({
  trialId: "t",
  runId: "resumable/plain/0/s-t",
  arm: "plain",
  seed: 0,
  hyper: { steps: 12, size: 10, pause: 0, source: "batches", tells: true, heavy: 5, ...hyper },
  network: "n",
  rung: 0,
});

beforeEach(() => {
  vi.stubEnv("CIFAR10_DIR", smallCifar10());
});

/** A place with one trial, an engine that has it, and a maker of lanes over them. */
async function oneTrial(trial: PlannedTrial, leaseMs?: number) {
  const root = temporaryFolder();
  const place = folderPlace(root);
  await writePlan(place, 0, [trial]);
  const engine = new EmbeddedEngine(leaseMs === undefined ? {} : { leaseMs, renewMs: 100 });
  onTestFinished(() => engine.close());
  await engine.enqueue(["t"]);
  const told: string[] = [];
  const lanes = (worker: EmbeddedWorker, address: PlaceAddress = { kind: "folder", folder: root }) => {
    const made = new Lanes({ worker, manifest, address, jobs: 1, cores: 1, tell: (line) => told.push(line) });
    onTestFinished(() => made.stop());
    return { lanes: made, ended: made.run() };
  };
  return { place, engine, told, lanes };
}

it("trains a trial in a process of its own and commits it, over HTTP as well", async () => {
  const { place, engine, told, lanes } = await oneTrial(trialOf({}));
  const server = await servePlace(place, "secret", "127.0.0.1", 0);
  onTestFinished(() => server.close());
  const { ended, lanes: one } = lanes(engine.worker(), { kind: "http", url: server.url, token: "secret" });
  await waitFor(async () => expect(await engine.open()).toEqual([]));
  one.stop();
  await ended;
  expect(told).toEqual([]);
  const commit = (await readCommit(place, "t"))!;
  expect(commit.outcome).toEqual({ status: "completed" });
  const steps: number[] = [];
  for (let i = 0; i < commit.segments; i++) {
    const { records } = await decodeSegment((await place.read(`t/${commit.folder}/${segmentFile(i)}`))!);
    for (const { kind, step } of records) if (kind === "reading") steps.push(step);
  }
  expect([...new Set(steps)]).toEqual(Array.from({ length: 12 }, (_, i) => i));
  const checkpoints = (await place.list(`t/${commit.folder}`)).filter((name) => name.endsWith(".safetensors"));
  expect(checkpoints).toHaveLength(2);
});

it("looks for a commit before it computes", async () => {
  const { place, engine, lanes } = await oneTrial(trialOf({}));
  const outcome = { status: "completed" } as const;
  await commitAttempt(place, "t", { folder: "0001-x", token: "x", segments: 0, steps: 12, at: 1, outcome });
  const { ended, lanes: one } = lanes(engine.worker());
  await waitFor(async () => expect(await engine.open()).toEqual([]));
  one.stop();
  await ended;
  expect(await attemptFolders(place, "t")).toEqual([]);
});

it.skipIf(process.platform !== "linux")(
  "ends an attempt whose lease is lost while it is paused, and refuses what it would commit late",
  async () => {
    const { place, engine, told, lanes } = await oneTrial(trialOf({ pause: 100, steps: 40 }), 1500);
    const before = childrenOf(process.pid);
    const paused = engine.worker();
    const first = lanes(paused);
    await waitFor(async () => expect((await attemptFolders(place, "t")).length).toBe(1));
    const [child] = childrenOf(process.pid).filter((pid) => !before.includes(pid));
    process.kill(child!, "SIGSTOP");
    const thaw = paused.pause();
    const second = lanes(engine.worker());
    await waitFor(() => expect(told).toContain("plain: its lease was lost; another worker goes on"));
    expect(childrenOf(process.pid)).not.toContain(child);
    first.lanes.stop();
    thaw();
    await first.ended;
    await waitFor(async () => expect(await engine.open()).toEqual([]));
    second.lanes.stop();
    await second.ended;
    const [one, two] = await attemptFolders(place, "t");
    const commit = (await readCommit(place, "t"))!;
    expect(commit.folder).toBe(two);
    expect(await commitAttempt(place, "t", { ...commit, folder: one! })).toBe(false);
    expect((await readCommit(place, "t"))!.folder).toBe(two);
  },
);

it("writes a checkpoint when it is told to stop, and gives the trial back", async () => {
  const { place, engine, lanes } = await oneTrial(trialOf({ pause: 100, steps: 200 }));
  const one = lanes(engine.worker());
  await waitFor(async () => {
    const [folder] = await attemptFolders(place, "t");
    expect(await place.list(`t/${folder}`)).toContain(segmentFile(1));
  });
  one.lanes.stop();
  await one.ended;
  expect(await engine.open()).toEqual([{ trialId: "t", state: "waiting" }]);
  const [folder] = await attemptFolders(place, "t");
  const names = await place.list(`t/${folder}`);
  expect(names.filter((name) => name.startsWith("checkpoint-")).length).toBeGreaterThan(0);
  expect(names).not.toContain("failed.json");
});

it("leaves a trial that is of no plan to nobody", async () => {
  const { place, engine, lanes } = await oneTrial(trialOf({}));
  await engine.enqueue(["stray"]);
  const { ended, lanes: one } = lanes(engine.worker());
  await waitFor(async () => expect(await engine.open()).toEqual([]));
  one.stop();
  await ended;
  expect(await place.list("stray")).toEqual([]);
});
