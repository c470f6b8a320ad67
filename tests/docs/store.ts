import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Recorded } from "../../src/core/types.ts";
import { fileVerdicts, judgeClaims } from "../../src/paper/judge.ts";
import { PAPER_EXTENSIONS } from "../../src/paper/papers.ts";
import { SANTURKAR_2018 } from "../../src/paper/santurkar-2018/paper.ts";
import { openStore } from "../../src/store/open-store.ts";
import type { Store } from "../../src/store/store.ts";
import { fillWithPaper } from "../fixtures/paper-runs.ts";
import { aReading, aRun } from "../fixtures/runs.ts";

const STEPS = 201;
const ARMS = ["standard", "batchNorm", "noisyBatchNorm"];

/** Something of everything that runs record, so that a query of the documents finds rows. Gives the store's path. */
export async function writeStore(): Promise<string> {
  const path = join(mkdtempSync(join(tmpdir(), "gradstream-docs-")), "docs.duckdb");
  const store = await openStore(path, { extensions: PAPER_EXTENSIONS });
  await fillWithPaper(store);
  for (const [i, arm] of ARMS.entries()) {
    for (const seed of [0, 1]) {
      const runId = `noisy/${arm}/${seed}`;
      const startedAt = Date.UTC(2024, 0, 2, i, seed);
      await store.startRun(aRun({ runId, arm, seed, steps: STEPS, startedAt, hyper: { learningRate: 0.1 } }));
      await store.noteTraining(runId, {
        dataset: "cifar10",
        network: "vgg11 width 8",
        optimizer: { name: "sgd", learningRate: 0.1 },
        lossName: "cross-entropy",
        probes: [{ name: "loss" }],
      });
      await store.append(runId, recordsOf(seed));
      await store.finishRun(runId, "completed", startedAt + 60_000);
      if (seed === 0) await store.noteRun(runId, { note: "warmed up by hand", tags: ["good"] });
    }
  }
  await addSweep(store);
  await fileVerdicts(store, SANTURKAR_2018, await judgeClaims(store, SANTURKAR_2018), "paper");
  await store.close();
  return path;
}

/** The sweep that the runs of the seeds 0 are of. */
async function addSweep(store: Store): Promise<void> {
  await store.query(
    "INSERT INTO sweep VALUES ('s', 'noisy', 'noisy.ts', 'completed', NULL, '1', 'embedded', 'h', now(), now())",
  );
  await store.query(
    `INSERT INTO trial SELECT 's', arm, arm, seed, hyper, network, 0, 'completed', run_id, 1, 'h 1/0', started_at, ended_at, NULL
     FROM run WHERE starts_with(run_id, 'noisy/') AND seed = 0`,
  );
  await store.query(
    "INSERT INTO attempt SELECT 's', trial_id, 1, 't', worker, 'committed', NULL, started_at, ended_at, NULL FROM trial",
  );
}

function recordsOf(seed: number): readonly Recorded[] {
  const records: Recorded[] = Array.from({ length: STEPS }, (_, step) => [
    aReading(step),
    aReading(step, { probe: "accuracy", stat: "accuracy", value: (step + seed) / (STEPS + 1) }),
    ...[2, 8].map((layer) => aReading(step, { probe: "moments", stat: "mean", layer, value: Math.sin(step * layer) })),
  ]).flat();
  const last = STEPS - 1;
  return [
    ...records,
    aReading(last, { probe: "accuracy", stat: "test_accuracy", value: 0.5 }),
    ...[2, 8].map((layer) => aReading(last, { probe: "ics", stat: "l2", layer, value: layer })),
    aReading(last, { probe: "timing", stat: "milliseconds", value: 1000 }),
    aReading(last, { probe: "cost/loss", stat: "calls", value: STEPS }),
    aReading(last, { probe: "cost/loss", stat: "milliseconds", value: 20 }),
    { kind: "histogram", step: last, layer: 2, site: "norm", lo: -1, hi: 1, counts: [1, 2, 1] },
    {
      kind: "event",
      step: 3,
      at: Date.UTC(2024, 0, 2),
      level: "warning",
      name: "probe_left_out",
      message: "probe theory is left out: no layer of this network has a BatchNorm",
    },
    {
      kind: "event",
      step: last,
      at: Date.UTC(2024, 0, 2),
      level: "info",
      name: "samples",
      message: "names 3 of 5 test images correctly",
      data: { images: [{ label: 1, prediction: 0, probability: 0.5 }], classes: 2, confusion: [2, 1, 1, 1] },
    },
  ];
}
