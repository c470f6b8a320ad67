import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { extract } from "tar";
import { UserError } from "../core/errors.ts";
import { CIFAR10_FOLDER, cifar10Files, type Cifar10Files } from "./cifar10-files.ts";
import { CIFAR100_FOLDER, cifar100Files, type Cifar100Files } from "./cifar100.ts";
import { fetchChecked, type FetchManner } from "./fetch-checked.ts";
import { ifWhole } from "./if-whole.ts";
import { TransferError } from "./resume-download.ts";

export type { DownloadProgress } from "./fetch-checked.ts";

/** An archive of a data set, and what it unpacks to. */
interface Archive<Files> {
  readonly set: string;
  /** Where the authors have it. */
  readonly url: string;
  readonly file: string;
  readonly md5: string;
  /** Bytes of the archive. */
  readonly size: number;
  readonly folder: string;
  /** Begins the names of environment variables. */
  readonly variable: string;
  /** Megabytes of the archive and what is unpacked. */
  readonly room: number;
  /** Finds the files. @throws {UserError} when they are not whole. */
  readonly files: (dir: string) => Files;
}

const CIFAR10: Archive<Cifar10Files> = {
  set: "cifar10",
  url: "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
  file: "cifar-10-binary.tar.gz",
  md5: "c32a1d4ab5d03f1284b67883e8d87530",
  size: 170_052_171,
  folder: CIFAR10_FOLDER,
  variable: "CIFAR10",
  room: 360,
  files: cifar10Files,
};

const CIFAR100: Archive<Cifar100Files> = {
  set: "cifar100",
  url: "https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz",
  file: "cifar-100-binary.tar.gz",
  md5: "03b5dce01913d631647c71ecec9e9cb8",
  size: 168_513_733,
  folder: CIFAR100_FOLDER,
  variable: "CIFAR100",
  room: 360,
  files: cifar100Files,
};

export const CIFAR10_URL = CIFAR10.url;
export const CIFAR100_URL = CIFAR100.url;

/** Options of `downloadCifar10` and `downloadCifar100`. */
interface DownloadOptions extends FetchManner {
  /** Folder that will hold `cifar-10-batches-bin` or `cifar-100-binary`; made where it is missing. */
  readonly dir: string;
  readonly url?: string;
  readonly md5?: string;
  /** Bytes of the archive: more are not taken. Default: as many as the authors' has; of another `md5`, unknown. */
  readonly size?: number;
}

/** Result of a download. */
export interface Downloaded<Files> {
  readonly files: Files;
  /** False when the files existed before. */
  readonly fetched: boolean;
}

/**
 * Downloads CIFAR-10's binary version to `<dir>/cifar-10-batches-bin`: resumes an earlier attempt, compares the MD5
 * checksum, unpacks and deletes the archive. The folder appears only when it is complete.
 *
 * @throws {UserError} when the server cannot be reached or refuses, the checksum is wrong, or the disk is full.
 */
export const downloadCifar10 = (options: DownloadOptions): Promise<Downloaded<Cifar10Files>> => download(CIFAR10, options);

/**
 * Downloads CIFAR-100's binary version to `<dir>/cifar-100-binary`, as `downloadCifar10` does.
 *
 * @throws {UserError} when the server cannot be reached or refuses, the checksum is wrong, or the disk is full.
 */
export const downloadCifar100 = (options: DownloadOptions): Promise<Downloaded<Cifar100Files>> =>
  download(CIFAR100, options);

async function download<Files extends { readonly dir: string }>(
  archive: Archive<Files>,
  options: DownloadOptions,
): Promise<Downloaded<Files>> {
  const { set, folder } = archive;
  const { dir, url = archive.url, md5 = archive.md5, ...given } = options;
  const target = join(dir, folder);
  const there = ifWhole(() => archive.files(target));
  if (there) return { files: there, fetched: false };
  try {
    await mkdir(dir, { recursive: true });
    const path = join(dir, archive.file);
    const { size = md5 === archive.md5 ? archive.size : undefined, ...manner } = given;
    await fetchChecked({ set, url, path, md5, size }, manner);
    await unpack(archive, path, dir);
    await rm(path);
    return { files: archive.files(target), fetched: true };
  } catch (error) {
    throw explainDownload(error, { ...archive, dir });
  }
}

/**
 * Unpacks beside the target and moves the files at the end, so that part of a data set is never taken for the whole.
 */
async function unpack<Files extends { readonly dir: string }>(
  { folder, files }: Archive<Files>,
  path: string,
  dir: string,
): Promise<void> {
  const target = join(dir, folder);
  const scratch = join(dir, `.${folder.replace(/-(batches-bin|binary)$/, "")}-unpacking`);
  await rm(scratch, { recursive: true, force: true });
  await mkdir(scratch);
  // What is still being written when unpacking fails comes into folders that are being removed.
  const clear = () => rm(scratch, { recursive: true, force: true, maxRetries: 5 });
  try {
    await extract({ file: path, cwd: scratch, strict: true });
    const home = files(scratch).dir;
    await mkdir(target, { recursive: true });
    // The test file comes last, or the training file: without it the folder does not count as a data set.
    const names = (await readdir(home)).sort();
    for (const name of names) await rename(join(home, name), join(target, name));
  } catch (error) {
    await clear().catch(() => undefined);
    throw error;
  }
  await clear();
}

/** What a download was of, for its error. */
interface Explained {
  readonly set: string;
  readonly variable: string;
  readonly room: number;
  readonly dir: string;
  readonly file: string;
}

/** Returns the error of a download that failed, as one line for its user where it is theirs. */
export function explainDownload(error: unknown, { set, variable, room, dir, file }: Explained): unknown {
  if (error instanceof TransferError) {
    return new UserError(
      `${set}: ${error.message}; run again (it goes on where it stopped), ` +
        `name a mirror with --url or GRADSTREAM_${variable}_URL, or set ${variable}_DIR to a copy`,
    );
  }
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new UserError(
      `${set}: disk full at ${dir}: archive and unpacked files need ${room} MB; free some space and run again to go on`,
    );
  }
  // Making folders below one that is read-only, Node says that there is none.
  if (["EACCES", "EPERM", "EROFS", "ENOENT"].includes(code ?? "")) {
    return new UserError(`${set}: cannot write to ${dir} (${code}); choose another folder with --dir`);
  }
  if (/^(TAR|Z)_/.test(code ?? "")) {
    return new UserError(`${set}: cannot unpack ${join(dir, file)} (${code}); delete it and run again`);
  }
  return error;
}
