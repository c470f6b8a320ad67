import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { UserError } from "../../core/errors.ts";
import { UNREACHABLE } from "../../run/command-line/exit-code.ts";
import { codeVersion } from "../../run/process/version.ts";
import { say } from "../../run/terminal/say.ts";
import { openSlurmWorker, openWorker } from "../engine/open-engine.ts";
import { UnreachableQueue } from "../engine/unreachable-queue.ts";
import { readManifest, type SweepManifest } from "../place/manifest.ts";
import { openPlace } from "../place/open-place.ts";
import type { PlaceAddress } from "../place/result-place.ts";
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
const SIGNALS = ["SIGINT", "SIGTERM", "SIGUSR2", "SIGHUP"] as const;

/** Trains trials of a sweep until it is over, or a signal comes. */
export async function work({ queue, slurm, results }: WorkerCommandOptions, jobs: number): Promise<void> {
  if (!slurm && queue === undefined) throw new UserError("worker: give --queue, or --slurm within a task of Slurm");
  const address = addressOf(results);
  const place = openPlace(address);
  const manifest = await readManifest(place);
  if (!manifest) throw new UserError(`worker: there is no sweep in ${results}, or it is over`);
  checkCode(manifest);
  try {
    const { sweepId } = manifest;
    const worker = slurm ? await openSlurmWorker() : await openWorker(queue!, { sweepId, tell: say });
    const lanes = new Lanes({ worker, manifest, address, jobs, cores: availableParallelism(), tell: say });
    say(`worker of sweep ${sweepId}: ${jobs} trials at a time`);
    const watch = setInterval(() => {
      void readManifest(place).then(
        (still) => still ?? lanes.stop(),
        () => undefined,
      );
    }, LOOK_MS);
    const unheed = onSignals(() => lanes.stop());
    try {
      await lanes.run();
    } finally {
      clearInterval(watch);
      unheed();
      await worker.close();
    }
  } catch (error) {
    if (!(error instanceof UnreachableQueue)) throw error;
    say(`gradstream: ${error.message}`);
    process.exitCode = UNREACHABLE;
  }
}

/** @throws {UserError} when a sweep was planned by other code, with both versions, or of another pipeline. */
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

/** Calls back at the first signal; the second ends the process. Returns what makes signals mean what they did. */
function onSignals(stop: () => void): () => void {
  let asked = false;
  const handler = (): void => {
    if (asked) process.exit(130);
    asked = true;
    say("stopping after the current steps …");
    stop();
  };
  for (const signal of SIGNALS) process.on(signal, handler);
  return () => SIGNALS.forEach((signal) => process.off(signal, handler));
}
