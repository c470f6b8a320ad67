import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { extract } from "tar";
import { UserError } from "../core/errors.ts";
import { CIFAR10_FOLDER, cifar10Files, type Cifar10Files } from "./cifar10-files.ts";
import type { PatienceTimes } from "./patience.ts";
import { resumeDownload, TransferError } from "./resume-download.ts";

export const CIFAR10_URL = "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz";
const CIFAR10_MD5 = "c32a1d4ab5d03f1284b67883e8d87530";
/** Bytes of the archive. */
const CIFAR10_SIZE = 170_052_171;

const ARCHIVE = "cifar-10-binary.tar.gz";

/** Progress of a download. */
export interface DownloadProgress {
  readonly stage: "download" | "check" | "unpack";
  /** Bytes received. */
  readonly received: number;
  /** Bytes expected, if known. */
  readonly total: number | undefined;
}

/** Options of `downloadCifar10`. */
interface DownloadOptions {
  /** Folder that will hold `cifar-10-batches-bin`; made where it is missing. */
  readonly dir: string;
  readonly url?: string;
  readonly md5?: string;
  readonly onProgress?: (progress: DownloadProgress) => void;
  /** Bytes of the archive: more are not taken. Default: as many as CIFAR-10's has; of another `md5`, unknown. */
  readonly size?: number;
  /** Called with a line about what keeps the download waiting. */
  readonly onNotice?: (line: string) => void;
  /** Milliseconds before asking again after a broken connection. Default 1000. */
  readonly pause?: number;
  /** Milliseconds before asking a busy server again, at most. Default 60,000. */
  readonly longestPause?: number;
  /** Milliseconds without a byte until that is told, and until the connection is given up. Default 15,000 and 60,000. */
  readonly patience?: PatienceTimes;
}

/** Result of `downloadCifar10`. */
export interface Downloaded {
  readonly files: Cifar10Files;
  /** False when the files existed before. */
  readonly fetched: boolean;
}

/**
 * Downloads CIFAR-10's binary version to `<dir>/cifar-10-batches-bin`: resumes an earlier attempt, compares the MD5
 * checksum, unpacks and deletes the archive. The folder appears only when it is complete.
 *
 * @throws {UserError} when the server cannot be reached or refuses, the checksum is wrong, or the disk is full.
 */
export async function downloadCifar10(options: DownloadOptions): Promise<Downloaded> {
  const { dir } = options;
  const target = join(dir, CIFAR10_FOLDER);
  const there = filesIn(target);
  if (there) return { files: there, fetched: false };
  try {
    await mkdir(dir, { recursive: true });
    const archive = await fetchArchive(options);
    await unpack(archive, dir, target);
    await rm(archive);
    return { files: cifar10Files(target), fetched: true };
  } catch (error) {
    throw explained(error, dir);
  }
}

async function fetchArchive(options: DownloadOptions): Promise<string> {
  const { dir, url = CIFAR10_URL, md5 = CIFAR10_MD5, onProgress, onNotice, pause, longestPause, patience } = options;
  const size = options.size ?? (md5 === CIFAR10_MD5 ? CIFAR10_SIZE : undefined);
  const archive = join(dir, ARCHIVE);
  if (existsSync(archive) && (await md5Of(archive)) === md5) return archive;
  const part = `${archive}.part`;
  let last = { received: 0, total: undefined as number | undefined };
  const report = (received: number, total: number | undefined) => {
    last = { received, total };
    onProgress?.({ stage: "download", ...last });
  };
  await resumeDownload({ url, path: part, size, onProgress: report, onNotice, pause, longestPause, patience });
  onProgress?.({ stage: "check", ...last });
  const got = await md5Of(part);
  if (got !== md5) {
    await rm(part);
    throw new UserError(
      `cifar10: the file from ${url} has MD5 ${got}, expected ${md5}; it was removed, so running again starts afresh`,
    );
  }
  await rename(part, archive);
  onProgress?.({ stage: "unpack", ...last });
  return archive;
}

/**
 * Unpacks beside the target and moves the files at the end, so that part of a data set is never taken for the whole.
 */
async function unpack(archive: string, dir: string, target: string): Promise<void> {
  const scratch = join(dir, ".cifar-10-unpacking");
  await rm(scratch, { recursive: true, force: true });
  await mkdir(scratch);
  // What is still being written when unpacking fails comes into folders that are being removed.
  const clear = () => rm(scratch, { recursive: true, force: true, maxRetries: 5 });
  try {
    await extract({ file: archive, cwd: scratch, strict: true });
    const home = cifar10Files(scratch).dir;
    await mkdir(target, { recursive: true });
    // The test file comes last: without it the folder does not count as a data set.
    const names = (await readdir(home)).sort();
    for (const name of names) await rename(join(home, name), join(target, name));
  } catch (error) {
    await clear().catch(() => undefined);
    throw error;
  }
  await clear();
}

function filesIn(target: string): Cifar10Files | undefined {
  try {
    return cifar10Files(target);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

async function md5Of(path: string): Promise<string> {
  const hash = createHash("md5");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

function explained(error: unknown, dir: string): unknown {
  if (error instanceof TransferError) {
    return new UserError(
      `cifar10: ${error.message}; run again (it goes on where it stopped), ` +
        "name a mirror with --url or GRADSTREAM_CIFAR10_URL, or set CIFAR10_DIR to a copy",
    );
  }
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new UserError(
      `cifar10: disk full at ${dir}: archive and unpacked files need 360 MB; free some space and run again to go on`,
    );
  }
  // Making folders below one that is read-only, Node says that there is none.
  if (["EACCES", "EPERM", "EROFS", "ENOENT"].includes(code ?? "")) {
    return new UserError(`cifar10: cannot write to ${dir} (${code}); choose another folder with --dir`);
  }
  if (code?.startsWith("TAR_")) {
    return new UserError(`cifar10: cannot unpack ${join(dir, ARCHIVE)} (${code}); delete it and run again`);
  }
  return error;
}
