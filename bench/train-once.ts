import { fileURLToPath } from "node:url";
import { openDataSet } from "gradstream";
import { resolveHyper } from "../src/experiment/experiment.ts";
import { loadPipeline } from "../src/run/pipeline/load-pipeline.ts";
import { startTrial } from "../src/run/runner/run-trial.ts";
import { shared } from "../src/run/runner/shared-data.ts";
import { duckDbSink } from "../src/sinks/duckdb-sink.ts";
import { feedSink } from "../src/sinks/feed-sink.ts";
import { aRun, type Bench } from "./feed-load.ts";

const PIPELINE = fileURLToPath(new URL("../pipelines/noisy-batchnorm.ts", import.meta.url));
/** Steps before these count as warming up. */
export const WARM = 10;

/** A function that trains once and gives milliseconds per step. */
export async function trials({ store, server }: Bench, steps: number): Promise<() => Promise<number>> {
  const { experiment } = await loadPipeline(PIPELINE);
  const hyper = resolveHyper(experiment, "quick", { steps: String(steps) });
  const { data } = await openDataSet("shapes10", { env: process.env, cwd: process.cwd() });
  const order = { pipeline: PIPELINE, arm: "batchNorm", seed: 0, hyper, data: shared(data), backend: "wasm" as const };
  let count = 0;
  return async () => {
    const run = aRun(`bench/training/${count++}`, steps);
    await store.startRun(run);
    server.hub.runStarted(run);
    const marks: { readonly at: number; readonly steps: number }[] = [];
    const { outcome } = startTrial(order, run, [duckDbSink(store), feedSink(server.hub)], {
      onSteps: (done) => marks.push({ at: performance.now(), steps: done }),
      onText: () => undefined,
      onTraining: () => undefined,
    });
    const { status } = await outcome;
    if (status !== "completed") throw new Error(`the trial is ${status}`);
    await store.finishRun(run.runId, status, Date.now());
    server.hub.runEnded(run.runId, status);
    const warm = marks.find(({ steps: done }) => done >= WARM)!;
    const last = marks.findLast(({ steps: done }) => done > warm.steps)!;
    return (last.at - warm.at) / (last.steps - warm.steps);
  };
}
