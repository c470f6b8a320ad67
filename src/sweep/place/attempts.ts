import { z } from "zod";
import { createJson, type ResultPlace } from "./result-place.ts";
import { readJson } from "./manifest.ts";

const COMMIT_FILE = "committed.json";
const FOLDER = /^(\d{4,})-[\w-]+$/;

const begun = z.strictObject({
  attempt: z.int().positive(),
  token: z.string(),
  /** Machine, process and lane. */
  worker: z.string(),
  host: z.string(),
  startedAt: z.number(),
  /** The earlier attempt whose checkpoint it goes on from, by its folder, and the next step. */
  from: z.strictObject({ folder: z.string(), step: z.int() }).optional(),
});

/** What an attempt says when it begins. */
export type Begun = Readonly<z.infer<typeof begun>>;

const failed = z.strictObject({
  attempt: z.int().positive(),
  token: z.string(),
  worker: z.string(),
  message: z.string(),
  isUserError: z.boolean(),
  stack: z.string().optional(),
  at: z.number(),
});

/** What a worker says of an attempt that failed. */
export type Failed = Readonly<z.infer<typeof failed>>;

const stopVerdict = z.strictObject({
  rule: z.string(),
  metric: z.string(),
  /** Steps that were compared, and what the stat came to in the last of them. */
  step: z.int(),
  value: z.union([z.number(), z.enum(["NaN", "Infinity", "-Infinity", "-0"])]),
  /** What it was compared with, and of how many trials that was. */
  bound: z.number().nullable(),
  trials: z.int(),
});

/** Why a trial was stopped before its last step. A value that is not finite has its name. */
export type StopVerdict = Readonly<z.infer<typeof stopVerdict>>;

const commit = z.strictObject({
  folder: z.string(),
  token: z.string(),
  segments: z.int(),
  steps: z.int(),
  at: z.number(),
  outcome: z.union([
    z.strictObject({ status: z.literal("completed") }),
    z.strictObject({
      status: z.literal("diverged"),
      message: z.string(),
      step: z.int(),
      layer: z.int().nullable(),
    }),
    // By the coordinator, which alone sees what the other trials had.
    z.strictObject({ status: z.literal("stopped"), verdict: stopVerdict }),
  ]),
});

/** Which attempt's results are the trial's, and how it ended. */
export type Commit = Readonly<z.infer<typeof commit>>;

/** Names the folder of an attempt: their order is that of their numbers. */
export const attemptFolder = (attempt: number, token: string): string =>
  `${String(attempt).padStart(4, "0")}-${token.replaceAll(/[^\w-]/g, "_").slice(0, 60)}`;

/** Returns the number in the name of an attempt's folder. */
export const attemptOf = (folder: string): number => Number(FOLDER.exec(folder)?.[1] ?? 0);

/** Lists the folders of a trial's attempts, in their order. */
export async function attemptFolders(place: ResultPlace, trialId: string): Promise<readonly string[]> {
  return foldersIn(await place.list(trialId));
}

function foldersIn(names: readonly string[]): readonly string[] {
  const found = names.filter((name) => FOLDER.test(name));
  return found.sort((a, b) => attemptOf(a) - attemptOf(b) || (a < b ? -1 : 1));
}

/** Reads how a trial stands from one look at its folder: its attempts in their order, and its commit where there is one. */
export async function standingOf(
  place: ResultPlace,
  trialId: string,
): Promise<{ readonly folders: readonly string[]; readonly commit: Commit | undefined }> {
  const names = await place.list(trialId);
  const isCommitted = names.includes(COMMIT_FILE);
  return { folders: foldersIn(names), commit: isCommitted ? await readCommit(place, trialId) : undefined };
}

/** Says that an attempt begins; whoever imports results looks where a trial has been started. */
export async function begin(place: ResultPlace, trialId: string, folder: string, what: Begun): Promise<void> {
  await createJson(place, `${trialId}/${folder}/begun.json`, what);
  await place.create(`${STARTED}/${trialId}`, Buffer.alloc(0));
}

/** The folder whose names are the trials that have been started and whose results are not imported yet. */
export const STARTED = "started";

/** Reads what an attempt said when it began. */
export const readBegun = (place: ResultPlace, trialId: string, folder: string): Promise<Begun | undefined> =>
  readJson(place, `${trialId}/${folder}/begun.json`, begun);

/** Says that an attempt failed. */
export async function fail(place: ResultPlace, trialId: string, folder: string, what: Failed): Promise<void> {
  await createJson(place, `${trialId}/${folder}/failed.json`, what);
  await place.create(`${STARTED}/${trialId}`, Buffer.alloc(0));
}

/** Reads how the attempts of a trial failed that did, in their order. */
export async function failures(
  place: ResultPlace,
  trialId: string,
  folders: readonly string[],
): Promise<readonly (Failed & { readonly folder: string })[]> {
  const all = await Promise.all(
    folders.map(async (folder) => {
      const read = await readJson(place, `${trialId}/${folder}/failed.json`, failed);
      return read ? [{ ...read, folder }] : [];
    }),
  );
  return all.flat();
}

/** Forgets failures, so that their trial may be tried as often as a new one. */
export async function forgive(place: ResultPlace, trialId: string): Promise<void> {
  for (const folder of await attemptFolders(place, trialId)) await place.remove(`${trialId}/${folder}/failed.json`);
}

/** The path of a trial's commit: whoever creates it has given the trial its result. */
const commitFile = (trialId: string): string => `${trialId}/${COMMIT_FILE}`;

/** Reads which attempt is committed, where one is. */
export const readCommit = (place: ResultPlace, trialId: string): Promise<Commit | undefined> =>
  readJson(place, commitFile(trialId), commit);

/** Makes an attempt's results the trial's; false where another attempt's are. */
export const commitAttempt = (place: ResultPlace, trialId: string, what: Commit): Promise<boolean> =>
  createJson(place, commitFile(trialId), what);
