import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { RunCheckpoints, type Draft } from "../../checkpoints/run-checkpoints.ts";
import type { TrialIdentity } from "../../checkpoints/checkpoint.ts";
import { otherCode, otherTrial } from "../../run/runner/identity.ts";
import { attemptFolders } from "../place/attempts.ts";
import type { ResultPlace } from "../place/result-place.ts";

const KEPT = 2;
const MANIFEST = /^checkpoint-(\d{10})\.json$/;

const named = (step: number, ending: string): string => `checkpoint-${String(step).padStart(10, "0")}.${ending}`;

/** Puts a checkpoint that lies in this process's scratch folder into the attempt's, and removes those before the last two. */
export async function putCheckpoint(place: ResultPlace, folder: string, { path, manifest }: Draft): Promise<void> {
  const { step } = manifest.checkpoint;
  const bytes = readFileSync(path);
  rmSync(path, { force: true });
  await place.create(`${folder}/${named(step, "safetensors")}`, bytes);
  // A file without its manifest is not a checkpoint.
  await place.create(`${folder}/${named(step, "json")}`, Buffer.from(JSON.stringify(manifest)));
  for (const old of (await checkpointSteps(place, folder)).slice(KEPT)) {
    await place.remove(`${folder}/${named(old, "json")}`);
    await place.remove(`${folder}/${named(old, "safetensors")}`);
  }
}

/** Removes the checkpoints of an attempt, from which its trial could not go on. */
export async function dropCheckpoints(place: ResultPlace, folder: string): Promise<void> {
  for (const step of await checkpointSteps(place, folder)) await place.remove(`${folder}/${named(step, "json")}`);
}

/** A checkpoint that a trial goes on from. */
export interface EarlierCheckpoint {
  /** The folder of the attempt that wrote it. */
  readonly folder: string;
  readonly step: number;
  /** A file of this machine. */
  readonly file: string;
}

/**
 * Fetches the newest whole checkpoint of a trial's earlier attempts into a scratch folder; undefined where there is none
 * of this trial and this code.
 */
export async function fetchCheckpoint(
  place: ResultPlace,
  trialId: string,
  identity: TrialIdentity,
  scratch: string,
): Promise<EarlierCheckpoint | undefined> {
  const found: { readonly folder: string; readonly step: number }[] = [];
  for (const folder of await attemptFolders(place, trialId)) {
    for (const step of await checkpointSteps(place, `${trialId}/${folder}`)) found.push({ folder, step });
  }
  for (const { folder, step } of found.sort((a, b) => b.step - a.step || (a.folder < b.folder ? 1 : -1))) {
    const read = (ending: string) => place.read(`${trialId}/${folder}/${named(step, ending)}`);
    const [manifest, bytes] = [await read("json"), await read("safetensors")];
    if (!manifest || !bytes) continue;
    const local = new RunCheckpoints(join(scratch, folder), identity.runId);
    local.adopt(step, { manifest, bytes });
    const { kept } = local.newest();
    const then = kept?.manifest.checkpoint.identity;
    if (!kept || !then || otherTrial(identity, then) !== undefined || otherCode(identity, then) !== undefined) continue;
    return { folder, step, file: kept.path };
  }
  return undefined;
}

/** Steps of the checkpoints in an attempt's folder, newest first. */
async function checkpointSteps(place: ResultPlace, folder: string): Promise<readonly number[]> {
  const names = await place.list(folder);
  return names
    .flatMap((name) => MANIFEST.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => b - a);
}
