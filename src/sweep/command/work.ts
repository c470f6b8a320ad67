import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { UserError } from "../../core/errors.ts";
import { oneLine } from "../../core/one-line.ts";
import { UNREACHABLE } from "../../run/command-line/exit-code.ts";
import { onInterrupt } from "../../run/process/interrupt.ts";
import { codeVersion } from "../../run/process/version.ts";
import { say } from "../../run/terminal/say.ts";
import { openSlurmWorker, openWorker } from "../engine/open-engine.ts";
import { UnreachableQueue } from "../engine/unreachable-queue.ts";
import { readSweep, type SweepManifest } from "../place/manifest.ts";
import { openPlace } from "../place/open-place.ts";
import type { PlaceAddress, ResultPlace } from "../place/result-place.ts";
import { Lanes } from "../worker/lanes.ts";
import { pipelineOf } from "../worker/pipeline-of.ts";

/** What `gradstream worker` is told. */
export interface WorkerCommandOptions {
  readonly queue?: string;
  readonly slurm?: boolean;
  readonly results: string;
  readonly jobs?: number;
}

/** How often a worker looks whether its sweep is over. */
const LOOK_MS = 3000;
/** What Slurm sends ahead of the end of a task. */
const WARNING = "SIGUSR2";

/**
 * Trains trials of a sweep until it is over, or a signal comes.
 *
 * @throws {UserError} for bad input, or a sweep of other code.
 */
export async function work({ queue, slurm, results }: WorkerCommandOptions, jobs: number): Promise<void> {
  if (!slurm && queue === undefined) throw new UserError("worker: give --queue, or --slurm within a task of Slurm");
  const address = addressOf(results);
  const place = openPlace(address);
  const manifest = await readSweep(place);
  if (!manifest) throw new UserError(`worker: there is no sweep in ${results}, or it is over`);
  checkCode(manifest);
  try {
    const { sweepId } = manifest;
    const worker = slurm ? await openSlurmWorker() : await openWorker(queue!, { sweepId, tell: say });
    const lanes = new Lanes({ worker, manifest, address, jobs, cores: availableParallelism(), tell: say });
    say(`worker of sweep ${sweepId}: ${jobs} trials at a time`);
    const over = new AbortController();
    const stop = (): void => {
      say("stopping after the current steps …");
      lanes.stop();
    };
    const watching = watch(place, lanes, over.signal);
    try {
      await onInterrupt(stop, () => lanes.run(), [WARNING]);
    } finally {
      over.abort();
      await worker.close();
    }
    const gone = await watching;
    if (gone === undefined) return;
    say(`gradstream: ${gone}`);
    process.exitCode = UNREACHABLE;
  } catch (error) {
    if (!(error instanceof UnreachableQueue)) throw error;
    say(`gradstream: ${error.message}`);
    process.exitCode = UNREACHABLE;
  }
}

/**
 * Stops lanes when their sweep is over, or when its results cannot be delivered any more; resolves with why, in the second
 * case.
 */
async function watch(place: ResultPlace, lanes: Lanes, signal: AbortSignal): Promise<string | undefined> {
  while (!signal.aborted) {
    try {
      if (!(await readSweep(place))) {
        lanes.stop();
        return undefined;
      }
    } catch (error) {
      lanes.stop();
      return oneLine(error);
    }
    await delay(LOOK_MS, undefined, { signal }).catch(() => undefined);
  }
  return undefined;
}

/**
 * Checks that a sweep was planned by this code, of the pipeline that is here.
 *
 * @throws {UserError} with both versions, where it was not.
 */
export function checkCode(manifest: SweepManifest): void {
  const own = codeVersion();
  if (manifest.codeVersion !== own) {
    throw new UserError(
      `worker: the sweep was planned by gradstream ${manifest.codeVersion}, and this is ${own}; both must be the same`,
    );
  }
  pipelineOf(manifest);
}

/** Reads `http://host:port#token`, or the path of a folder. @throws {UserError} for what is neither. */
export function addressOf(results: string): PlaceAddress {
  if (/^https?:/.test(results)) {
    const [url = "", token = ""] = results.split("#");
    if (token === "") throw new UserError("--results: a URL comes with a token, as the sweep's command printed it");
    return { kind: "http", url, token };
  }
  if (!existsSync(results)) throw new UserError(`--results ${results}: there is no such folder`);
  return { kind: "folder", folder: resolve(results) };
}
