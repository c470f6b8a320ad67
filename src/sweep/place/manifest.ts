import { z } from "zod";
import { UserError } from "../../core/errors.ts";
import { BACKENDS } from "../../backend/start.ts";
import { DATA_SETS, type DataSetName, isOwnFile } from "../../data/index.ts";
import { earlyStopShape } from "../plan/early-stop.ts";
import type { ResultPlace } from "./result-place.ts";

const MANIFEST = "sweep.json";

const manifest = z.strictObject({
  sweepId: z.string(),
  experiment: z.string(),
  /** As the user gave it, and as a full path. */
  pipeline: z.string(),
  file: z.string(),
  pipelineSha256: z.string(),
  backend: z.enum(BACKENDS),
  /** What its trials train on, files with paths in full. */
  data: z.union([z.enum(DATA_SETS), z.custom<DataSetName>((data) => typeof data === "string" && isOwnFile(data))]),
  codeVersion: z.string(),
  /** Times that a failed trial is tried again. */
  retries: z.int().nonnegative(),
  checkpointEvery: z
    .union([z.strictObject({ milliseconds: z.number() }), z.strictObject({ steps: z.number() })])
    .optional(),
  earlyStop: earlyStopShape.optional(),
});

/** What all trials of a sweep have in common, as its workers read it. */
export type SweepManifest = Readonly<z.infer<typeof manifest>>;

/** Reads what a sweep is; undefined where it is over, or never was. */
export const readSweep = (place: ResultPlace): Promise<SweepManifest | undefined> =>
  readJson(place, MANIFEST, manifest);

/** Returns the manifest's path and content, to write it. */
export const manifestFile = (of: SweepManifest) => ({ path: MANIFEST, value: of });

/**
 * Reads a JSON file of a place; undefined where there is none.
 *
 * @throws {UserError} when it is something else.
 */
export async function readJson<T>(place: ResultPlace, path: string, shape: z.ZodType<T>): Promise<T | undefined> {
  const bytes = await place.read(path);
  if (bytes === undefined) return undefined;
  try {
    return shape.parse(JSON.parse(bytes.toString("utf8")));
  } catch {
    throw new UserError(`sweep: ${path} is not what this gradstream writes there`);
  }
}
