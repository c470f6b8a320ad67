import { fileURLToPath } from "node:url";
import { openDataSet } from "gradstream";
import { resolveHyper } from "../src/experiment/experiment.ts";
import { loadPipeline } from "../src/run/pipeline/load-pipeline.ts";
import { startTrial } from "../src/run/runner/run-trial.ts";
import { shared } from "../src/run/runner/shared-data.ts";
import { duckDbSink } from "../src/sinks/duckdb-sink.ts";
import { feedSink } from "../src/sinks/feed-sink.ts";
import { aRun, type Bench, Clients, publishLoad, withServer } from "./feed-load.ts";
import { show, spread } from "./measure.ts";

const PIPELINE = fileURLToPath(new URL("../pipelines/noisy-batchnorm.ts", import.meta.url));
/** Steps before these count as warming up. */
const WARM = 10;

/** A step of training on wasm while many clients follow a load of readings, against one while nobody does. */
export function feedTraining(clients: number, perSecond: number, steps: number, pairs: number): Promise<string[]> {
  return withServer(async (bench) => {
    const load = aRun("bench/load", 1e6);
    await bench.store.startRun(load);
    bench.server.hub.runStarted(load);
    const trial = await trials(bench, steps);
    const many = new Clients(clients, 2);
    const stop = publishLoad(bench, load.runId, perSecond);
    const watched = async () => {
      await many.connect(bench.server.url);
      const ms = await trial();
      await many.leave();
      return ms;
    };
    try {
      await trial();
      const [withClients, without]: [number[], number[]] = [[], []];
      for (let pair = 0; pair < pairs; pair++) {
        if (pair % 2 === 0) withClients.push(await watched());
        without.push(await trial());
        if (pair % 2 === 1) withClients.push(await watched());
      }
      const ratio = spread(withClients.map((ms, i) => ms / without[i]!));
      return [
        `training on wasm beside ${perSecond} readings/s (${pairs} pairs of ${steps - WARM} steps)`,
        `  a step: with ${clients} clients ${show(spread(withClients))} ms, without ${show(spread(without))} ms`,
        `  ratio ${show(ratio, 3)} (target: at most 1.02)`,
      ];
    } finally {
      stop();
      many.end();
    }
  });
}

/** A function that trains once and gives milliseconds per step. */
async function trials({ store, server }: Bench, steps: number): Promise<() => Promise<number>> {
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
