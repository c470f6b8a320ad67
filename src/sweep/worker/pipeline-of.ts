import { existsSync, readFileSync } from "node:fs";
import { sha256 } from "../../checkpoints/checkpoint.ts";
import { UserError } from "../../core/errors.ts";
import { findPipeline } from "../../run/pipeline/load-pipeline.ts";
import type { SweepManifest } from "../place/manifest.ts";

/**
 * Finds a sweep's pipeline on this machine: where it lies on the machine that planned the sweep, or by the name that was
 * given there.
 *
 * @throws {UserError} when there is none, or it is not the same.
 */
export function pipelineOf({ file, pipeline, pipelineSha256 }: SweepManifest): string {
  const found = existsSync(file) ? file : findPipeline(pipeline);
  if (sha256(readFileSync(found)) === pipelineSha256) return found;
  throw new UserError(`sweep: ${found} is not the pipeline that the sweep was planned with; it has changed`);
}
