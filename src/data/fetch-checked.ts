import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { UserError } from "../core/errors.ts";
import type { PatienceTimes } from "./patience.ts";
import { resumeDownload } from "./resume-download.ts";

/** Progress of a download. */
export interface DownloadProgress {
  readonly stage: "download" | "check" | "unpack";
  /** Bytes received. */
  readonly received: number;
  /** Bytes expected, if known. */
  readonly total: number | undefined;
}

/** How a download waits, and who hears of it. */
export interface FetchManner {
  readonly onProgress?: (progress: DownloadProgress) => void;
  /** Called with a line about what keeps the download waiting. */
  readonly onNotice?: (line: string) => void;
  /** Milliseconds before asking again after a broken connection. Default 1000. */
  readonly pause?: number;
  /** Milliseconds before asking a busy server again, at most. Default 60,000. */
  readonly longestPause?: number;
  /** Milliseconds without a byte until that is told, and until the connection is given up. Default 15,000 and 60,000. */
  readonly patience?: PatienceTimes;
}

/** A file to download. */
interface Fetched {
  /** Name of the data set, for messages. */
  readonly set: string;
  readonly url: string;
  /** Where it will be; beside it is `<path>.part` until it is whole. */
  readonly path: string;
  readonly md5: string;
  /** Bytes of the file, where known: more are not taken. */
  readonly size?: number | undefined;
}

/**
 * Downloads a file, going on where an earlier attempt stopped, and compares its MD5 checksum. One that is there already with
 * the right checksum stays.
 *
 * @throws {UserError} when the checksum is wrong; the file is removed then.
 * @throws {TransferError} when the server cannot be reached, refuses, or breaks off too often.
 */
export async function fetchChecked({ set, url, path, md5, size }: Fetched, manner: FetchManner): Promise<void> {
  const { onProgress, ...waiting } = manner;
  if (existsSync(path) && (await md5Of(path)) === md5) return;
  const part = `${path}.part`;
  let last = { received: 0, total: undefined as number | undefined };
  const report = (received: number, total: number | undefined) => {
    last = { received, total };
    onProgress?.({ stage: "download", ...last });
  };
  await resumeDownload({ ...waiting, url, path: part, size, onProgress: report });
  onProgress?.({ stage: "check", ...last });
  const got = await md5Of(part);
  if (got !== md5) {
    await rm(part);
    throw new UserError(
      `${set}: the file from ${url} has MD5 ${got}, expected ${md5}; it was removed, so running again starts afresh`,
    );
  }
  await rename(part, path);
  onProgress?.({ stage: "unpack", ...last });
}

/** Computes the MD5 checksum of a file, in hexadecimal. */
async function md5Of(path: string): Promise<string> {
  const hash = createHash("md5");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
