import { open, rm, stat } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";

/** The other side could not be reached, refused, or broke off. Errors of the local file system pass unchanged. */
export class TransferError extends Error {
  override readonly name = "TransferError";
}

class BrokenOff extends TransferError {}

/** A download to make. */
interface Transfer {
  readonly url: string;
  /** File to write; its contents are taken for the beginning of the whole. */
  readonly path: string;
  /**
   * Called after each piece with the bytes in the file and the bytes expected (undefined if the server does not say).
   */
  readonly onProgress?: ((received: number, total: number | undefined) => void) | undefined;
  /** Attempts in a row that may break off without a byte gained. Default 4. */
  readonly attempts?: number | undefined;
  /** Milliseconds between attempts. Default 1000. */
  readonly pause?: number | undefined;
}

/**
 * Downloads `url` to `path`, continues where an earlier download stopped if the server knows ranges, and asks again
 * when the connection breaks off. What has arrived stays in the file.
 *
 * @throws {TransferError} when the other side cannot be reached, refuses, or breaks off too often.
 */
export async function resumeDownload(transfer: Transfer): Promise<void> {
  const { path, attempts = 4, pause = 1000 } = transfer;
  let failures = 0;
  for (;;) {
    const before = await sizeOf(path);
    try {
      return await fetchRest(transfer, before);
    } catch (error) {
      if (!(error instanceof BrokenOff)) throw error;
      failures = (await sizeOf(path)) > before ? 1 : failures + 1;
      if (failures >= attempts) throw error;
    }
    await setTimeout(pause);
  }
}

async function fetchRest(transfer: Transfer, have: number): Promise<void> {
  const { url, path } = transfer;
  const range = have > 0 ? { range: `bytes=${have}-` } : {};
  const response = await fetch(url, { headers: { "accept-encoding": "identity", ...range } }).catch((error: unknown) => {
    throw new TransferError(`cannot reach ${hostOf(url)} (${reason(error)})`);
  });
  const told = /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/.exec(response.headers.get("content-range") ?? "");
  const { status } = response;
  if (have > 0 && status === 416 && Number(told?.[2]) === have) return response.body?.cancel();
  if (have > 0 && (status === 416 || (status === 206 && Number(told?.[1]) !== have))) {
    await response.body?.cancel();
    await rm(path, { force: true });
    return fetchRest(transfer, 0);
  }
  if (status !== 200 && status !== 206) {
    await response.body?.cancel();
    throw new TransferError(`${url} answered ${status} ${response.statusText}`.trimEnd());
  }
  await save(response, transfer, status === 206 ? have : 0);
}

async function save(response: Response, transfer: Transfer, start: number): Promise<void> {
  const length = response.headers.get("content-length");
  const total = length === null ? undefined : start + Number(length);
  const reader = (response.body as ReadableStream<Uint8Array> | null)?.getReader();
  const file = await open(transfer.path, start > 0 ? "a" : "w");
  let received = start;
  try {
    for (;;) {
      const piece = await reader?.read().catch((error: unknown) => {
        throw new BrokenOff(`${hostOf(transfer.url)} broke off after ${received} of ${total ?? "?"} bytes (${reason(error)})`);
      });
      if (!piece || piece.done) break;
      await file.appendFile(piece.value);
      received += piece.value.length;
      transfer.onProgress?.(received, total);
    }
  } finally {
    await file.close();
    await reader?.cancel().catch(() => undefined);
  }
  if (total !== undefined && received !== total) {
    throw new BrokenOff(`${hostOf(transfer.url)} broke off after ${received} of ${total} bytes`);
  }
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    (found) => found.size,
    () => 0,
  );
}

const hostOf = (url: string) => (URL.canParse(url) ? new URL(url).host : url);

/** Returns the innermost code or message: fetch itself only says "fetch failed". */
function reason(error: unknown): string {
  const { cause, errors, code, message } = error as Error & { errors?: unknown[]; code?: string };
  if (cause) return reason(cause);
  if (errors?.length) return reason(errors[0]);
  return code ?? message;
}
