import { createHash } from "node:crypto";
import { z } from "zod";
import { UserError } from "../core/errors.ts";
import { fromSafetensors, toSafetensors } from "../core/safetensors.ts";
import type { TrainingSnapshot } from "../core/snapshot.ts";

const count = z.int().nonnegative();

const identity = z.strictObject({
  runId: z.string(),
  experiment: z.string(),
  /** As the user gave it, and as a full path. */
  pipeline: z.string(),
  file: z.string(),
  /** Of the pipeline's file. */
  pipelineSha256: z.string(),
  arm: z.string(),
  seed: z.int(),
  /** As the store has it. */
  hyper: z.string(),
  backend: z.string(),
  /** Name and sizes of the data set that the trial was given. */
  data: z.string(),
  /** File of its user's that the data set is read from, as `--data` spells it. Default: one that goes by its name. */
  dataFrom: z.string().optional(),
  codeVersion: z.string(),
  /** Kernels of gradstream's own in TensorFlow, by the hash of their source: without them noise is drawn otherwise. */
  kernels: z.string().optional(),
});

/** Which trial a checkpoint is of, and which code trained it. */
export type TrialIdentity = Readonly<z.infer<typeof identity>>;

const content = z.strictObject({
  identity,
  step: count,
  batchHash: count,
  places: z.array(z.string()),
  costs: z.record(z.string(), z.strictObject({ calls: z.number(), milliseconds: z.number() })),
  milliseconds: z.number(),
});

/** What a checkpoint says beside its tensors. */
export type CheckpointContent = z.infer<typeof content>;

const manifest = z.strictObject({
  bytes: count,
  sha256: z.string(),
  checkpoint: content,
});

/** The JSON file beside a checkpoint's tensors: what it is of, and by which it is seen to be whole. */
export type CheckpointManifest = z.infer<typeof manifest>;

/** A checkpoint: a trial, and what it goes on from. */
export interface Checkpoint {
  readonly identity: TrialIdentity;
  readonly snapshot: TrainingSnapshot;
  /** How long the trial has trained. */
  readonly milliseconds: number;
}

/** Name of the entry of a file's metadata that holds its content. */
const ENTRY = "checkpoint";

/** Returns the hexadecimal SHA-256 of bytes. */
export const sha256 = (bytes: Uint8Array | string): string => createHash("sha256").update(bytes).digest("hex");

/** Writes a checkpoint as the bytes of a safetensors file, and what its manifest says of it. */
export function encodeCheckpoint({ identity, snapshot, milliseconds }: Checkpoint) {
  const { tensors, ...known } = snapshot;
  const checkpoint: CheckpointContent = {
    identity,
    milliseconds,
    step: known.step,
    batchHash: known.batchHash,
    places: [...known.places],
    costs: { ...known.costs },
  };
  const bytes = toSafetensors({ tensors, metadata: { [ENTRY]: JSON.stringify(checkpoint) } });
  const manifest: CheckpointManifest = { bytes: bytes.length, sha256: sha256(bytes), checkpoint };
  return { bytes, manifest };
}

/**
 * Reads the bytes of a checkpoint's file.
 *
 * @throws {UserError} when they are none.
 */
export function decodeCheckpoint(bytes: Uint8Array, who: string): Checkpoint {
  const { tensors, metadata } = fromSafetensors(bytes, who);
  const { identity, milliseconds, ...known } = parsed(content, metadata[ENTRY] ?? "", who);
  return { identity, milliseconds, snapshot: { ...known, tensors } };
}

/**
 * Reads the text of a manifest.
 *
 * @throws {UserError} when it is none.
 */
export const decodeManifest = (text: string, who: string): CheckpointManifest => parsed(manifest, text, who);

function parsed<T>(shape: z.ZodType<T>, text: string, who: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UserError(`${who}: is not a checkpoint`);
  }
  const result = shape.safeParse(value);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0]!;
  throw new UserError(`${who}: is not a checkpoint: ${path.join(".")}: ${message}`);
}
