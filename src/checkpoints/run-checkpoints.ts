import { mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { decodeCheckpoint, decodeManifest, encodeCheckpoint, sha256 } from "./checkpoint.ts";
import type { Checkpoint, CheckpointManifest } from "./checkpoint.ts";
import { moveDurably, writeAtomically, writeDurably } from "./write-safely.ts";

/** Checkpoints of a run that are kept. */
const KEPT = 2;
const DRAFT = "draft-";
const MANIFEST = /^step-(\d+)\.json$/;

/** A checkpoint's file that is on the disk and does not count yet. */
export interface Draft {
  readonly path: string;
  readonly manifest: CheckpointManifest;
}

/** A checkpoint that is whole. */
export interface Kept {
  readonly path: string;
  readonly manifest: CheckpointManifest;
}

/** The checkpoints of one run, in a folder of their own: `step-<n>.safetensors`, each with its manifest `step-<n>.json`. */
export class RunCheckpoints {
  readonly folder: string;
  readonly #root: string;

  /** `root` is that of all runs of a store. */
  constructor(root: string, runId: string) {
    this.#root = root;
    this.folder = join(root, ...runId.split("/").map(folderName));
  }

  /** Writes a checkpoint's file. It counts from `commit` on. */
  draft(checkpoint: Checkpoint): Draft {
    const { bytes, manifest } = encodeCheckpoint(checkpoint);
    mkdirSync(this.folder, { recursive: true });
    const path = join(this.folder, `${DRAFT}${manifest.checkpoint.step}.safetensors`);
    writeDurably(path, bytes);
    return { path, manifest };
  }

  /** Makes a draft the newest checkpoint, and removes those before the last two. */
  commit({ path, manifest }: Draft): void {
    const { step } = manifest.checkpoint;
    moveDurably(path, this.#file(step, "safetensors"));
    writeAtomically(this.#file(step, "json"), Buffer.from(`${JSON.stringify(manifest, undefined, 2)}\n`));
    for (const old of this.#steps().slice(KEPT)) this.#remove(old);
  }

  /** Takes over the two files of a checkpoint that was written elsewhere; `newest` tells whether it is whole. */
  adopt(step: number, { manifest, bytes }: { readonly manifest: Uint8Array; readonly bytes: Uint8Array }): void {
    mkdirSync(this.folder, { recursive: true });
    writeFileSync(this.#file(step, "safetensors"), bytes);
    writeFileSync(this.#file(step, "json"), manifest);
  }

  /**
   * Finds the newest checkpoint that is whole, of those up to a step. `damaged` says of each newer one what is wrong with
   * it.
   */
  newest(upTo = Infinity): { readonly kept: Kept | undefined; readonly damaged: readonly string[] } {
    const damaged: string[] = [];
    for (const step of this.#steps().filter((step) => step <= upTo)) {
      const path = this.#file(step, "safetensors");
      try {
        const manifest = decodeManifest(readFileSync(this.#file(step, "json"), "utf8"), "its manifest");
        checkWhole(readFileSync(path), manifest);
        return { kept: { path, manifest }, damaged };
      } catch (error) {
        damaged.push(`step ${step}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    return { kept: undefined, damaged };
  }

  /** Removes drafts, and the checkpoints after a step: damaged ones, or of what is trained again. */
  clean(after: number): void {
    attempt(() => {
      for (const name of this.#names()) if (name.includes(DRAFT)) rmSync(join(this.folder, name), { force: true });
      for (const step of this.#steps()) if (step > after) this.#remove(step);
    });
  }

  /** Removes everything, with the folders above that are empty then. */
  remove(): void {
    attempt(() => {
      rmSync(this.folder, { recursive: true, force: true });
      for (let folder = dirname(this.folder); folder.length >= this.#root.length; folder = dirname(folder)) {
        rmdirSync(folder);
      }
    });
  }

  #file(step: number, ending: string): string {
    return join(this.folder, `step-${String(step).padStart(10, "0")}.${ending}`);
  }

  #names(): readonly string[] {
    try {
      return readdirSync(this.folder);
    } catch {
      return [];
    }
  }

  /** Steps of all manifests, newest first. */
  #steps(): readonly number[] {
    return this.#names()
      .flatMap((name) => MANIFEST.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => b - a);
  }

  #remove(step: number): void {
    // The manifest first: without it the file is not a checkpoint.
    for (const ending of ["json", "safetensors"]) rmSync(this.#file(step, ending), { force: true });
  }
}

/** Tidies up: where that cannot be done, or there is nothing to do, training goes on. */
function attempt(tidy: () => void): void {
  try {
    tidy();
  } catch {
    // What is left lies beside the store, and says itself what it is.
  }
}

function checkWhole(bytes: Uint8Array, { bytes: length, sha256: wanted, checkpoint }: CheckpointManifest): void {
  if (bytes.length !== length) throw new Error(`it has ${bytes.length} bytes, not ${length}`);
  if (sha256(bytes) !== wanted) throw new Error("its bytes have changed since it was written");
  const { snapshot, ...own } = decodeCheckpoint(bytes, "its file");
  const { step, batchHash, places, costs } = snapshot;
  if (!isDeepStrictEqual({ ...own, step, batchHash, places, costs }, { ...checkpoint })) {
    throw new Error("its manifest is of another checkpoint");
  }
}

const MOST_NAME = 150;

/** Returns a part of a run's id as the name of a folder that stays where it is: no `..`, nothing too long. */
function folderName(part: string): string {
  // Windows takes no asterisk, and drops dots at the end.
  const name = encodeURIComponent(part)
    .replaceAll("*", "%2A")
    .replace(/^\.+|\.+$/g, (dots) => "%2E".repeat(dots.length));
  return name.length <= MOST_NAME ? name : `${name.slice(0, MOST_NAME)}-${sha256(part).slice(0, 8)}`;
}
