import { mkdtempSync, rmSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { shareCores } from "../../backend/tensorflow/start.ts";
import type { Run, RunEvent } from "../../core/types.ts";
import { openDataSet } from "../../data/index.ts";
import { findPipeline } from "../../run/pipeline/load-pipeline.ts";
import { identityOf } from "../../run/runner/identity.ts";
import { checkpointFailed } from "../../run/runner/run-events.ts";
import { startTrial } from "../../run/runner/run-trial.ts";
import { shared } from "../../run/runner/shared-data.ts";
import type { Outcome, TrialOrder } from "../../run/worker/protocol.ts";
import { begin } from "../place/attempts.ts";
import type { ResultPlace } from "../place/result-place.ts";
import { dropCheckpoints, fetchCheckpoint, putCheckpoint } from "./attempt-checkpoints.ts";
import { pipelineOf } from "./pipeline-of.ts";
import type { AttemptOrder } from "./protocol.ts";
import { SegmentWriter } from "./segment-writer.ts";

/** How an attempt ended, with everything it recorded in place. */
export interface AttemptEnd {
  readonly outcome: Outcome;
  readonly segments: number;
  readonly steps: number;
}

/** Who is told what happens meanwhile, and asks for an early end. */
interface AttemptWatcher {
  readonly onText: (line: string) => void;
  /** Takes what ends the attempt after its current step, with a checkpoint. */
  readonly onStoppable: (stop: () => void) => void;
}

/**
 * Trains one attempt at a trial in a thread of this process, from the newest checkpoint of earlier attempts, and puts what
 * it records into the attempt's folder.
 */
export async function trainAttempt(
  place: ResultPlace,
  order: AttemptOrder,
  { onText, onStoppable }: AttemptWatcher,
): Promise<AttemptEnd> {
  const { manifest, trial, attempt, token, worker } = order;
  const { trialId, runId, arm, seed, hyper, network } = trial;
  const { experiment, pipeline, backend, codeVersion, checkpointEvery } = manifest;
  shareCores(order.share.cores, order.share.lanes);
  const file = findPipeline(pipelineOf(manifest));
  const data = shared((await openDataSet(manifest.data, { env: process.env, cwd: process.cwd() })).data);
  const [host, startedAt, steps] = [hostname(), Date.now(), hyper.steps];
  const basis = { experiment, pipeline, hyper, steps, backend, dataset: data.name, codeVersion, host };
  const run: Run = { ...basis, runId, arm, seed, network, startedAt, attempt };
  const identity = identityOf(run, file, data);
  const scratch = mkdtempSync(join(tmpdir(), "gradstream-attempt-"));
  try {
    const from = await fetchCheckpoint(place, trialId, identity, scratch);
    const folder = `${trialId}/${order.folder}`;
    await begin(place, trialId, order.folder, {
      attempt,
      token,
      worker,
      host,
      startedAt,
      ...(from && { from: { folder: from.folder, step: from.step } }),
    });
    const writer = new SegmentWriter(place, folder, from?.step ?? 0);
    const trialOrder: TrialOrder = {
      pipeline: file,
      arm,
      seed,
      hyper,
      data,
      backend,
      from: from?.file,
      checkpoints: checkpointEvery && { every: checkpointEvery, root: join(scratch, "drafts"), identity },
    };
    let hasFailed = false;
    const warnings: RunEvent[] = [];
    const handle = startTrial(trialOrder, run, [writer.sink], {
      onTraining: (training) => writer.describe(training),
      onSteps: (count) => writer.stepped(count),
      onText,
      onCheckpoint: async (draft) => {
        try {
          await writer.flush();
          await putCheckpoint(place, folder, draft);
        } catch (error) {
          if (!hasFailed) warnings.push(checkpointFailed(error, writer.steps));
          hasFailed = true;
        }
      },
      onUnresumable: () => void dropCheckpoints(place, folder),
    });
    onStoppable(() => handle.stop());
    const outcome = await handle.outcome;
    writer.add(warnings);
    await writer.close();
    return { outcome, segments: writer.segments, steps: writer.steps };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
