import { open, rm, stat } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { Patience, type PatienceTimes } from "./patience.ts";

/** The other side could not be reached, refused, or broke off. Errors of the local file system pass unchanged. */
export class TransferError extends Error {
  override readonly name = "TransferError";
}

/** What another attempt may fix. */
class BrokenOff extends TransferError {
  /** Milliseconds that the other side asks to be left alone. */
  readonly wait: number;

  constructor(message: string, wait = 0) {
    super(message);
    this.wait = wait;
  }
}

/** Bytes that are taken at most where nobody knows how many there are. */
const MOST_BYTES = 1e9;
/** Busy, not broken: 429 Too Many Requests, 503 Service Unavailable. */
const BUSY = [429, 503];

/** A download to make. */
interface Transfer {
  readonly url: string;
  /** File to write; its contents are taken for the beginning of the whole. */
  readonly path: string;
  /** Bytes of the whole, where that is known: more are not taken. Default: what the server says, up to 1 GB. */
  readonly size?: number | undefined;
  /**
   * Called after each piece with the bytes in the file and the bytes expected (undefined if the server does not say).
   */
  readonly onProgress?: ((received: number, total: number | undefined) => void) | undefined;
  /** Called with a line about what keeps the transfer waiting. */
  readonly onNotice?: ((line: string) => void) | undefined;
  /** Attempts in a row that may break off without a byte gained. Default 4. */
  readonly attempts?: number | undefined;
  /** Milliseconds between attempts. Default 1000. */
  readonly pause?: number | undefined;
  /** Milliseconds between attempts at most, whatever the server asks for. Default 60,000. */
  readonly longestPause?: number | undefined;
  /** Milliseconds without a byte. Default: told of after 15,000, broken off after 60,000. */
  readonly patience?: PatienceTimes | undefined;
}

/**
 * Downloads `url` to `path`, continues where an earlier download stopped if the server knows ranges, and asks again
 * when the connection breaks off, stalls or the server is busy. What has arrived stays in the file.
 *
 * @throws {TransferError} when the other side cannot be reached, refuses, breaks off too often, or sends too much.
 */
export async function resumeDownload(transfer: Transfer): Promise<void> {
  const { path, attempts = 4, pause = 1000, longestPause = 60_000, onNotice } = transfer;
  let failures = 0;
  // A server that sends all of it anew gains nothing by coming as far as before.
  let furthest = await sizeOf(path);
  for (;;) {
    try {
      return await fetchRest(transfer, await sizeOf(path));
    } catch (error) {
      if (!(error instanceof BrokenOff)) throw error;
      const size = await sizeOf(path);
      failures = size > furthest && !(error instanceof SentAnew) ? 1 : failures + 1;
      furthest = Math.max(furthest, size);
      if (failures >= attempts) throw error;
      const wait = Math.min(longestPause, Math.max(pause, error.wait));
      if (wait >= 1000) onNotice?.(`${error.message}; trying again in ${Math.round(wait / 1000)} s`);
      await setTimeout(wait);
    }
  }
}

/** Broken off by a server that did not go on where it was asked to. */
class SentAnew extends BrokenOff {}

async function fetchRest(transfer: Transfer, have: number): Promise<void> {
  const { url, path, size = Infinity } = transfer;
  if (have > size) {
    await rm(path, { force: true });
    return fetchRest(transfer, 0);
  }
  const patience = new Patience(hostOf(url), transfer.patience, transfer.onNotice);
  try {
    const range = have > 0 ? { range: `bytes=${have}-` } : {};
    const headers = { "accept-encoding": "identity", ...range };
    const response = await fetch(url, { headers, signal: patience.signal }).catch((error: unknown) => {
      if (patience.isOver) throw new BrokenOff(patience.reason);
      throw new TransferError(`cannot reach ${hostOf(url)} (${reason(error)})`);
    });
    patience.heard();
    const told = /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/.exec(response.headers.get("content-range") ?? "");
    const { status } = response;
    if (have > 0 && status === 416 && Number(told?.[2]) === have) return await response.body?.cancel();
    if (have > 0 && (status === 416 || (status === 206 && Number(told?.[1]) !== have))) {
      await response.body?.cancel();
      await rm(path, { force: true });
      patience.end();
      return await fetchRest(transfer, 0);
    }
    if (status !== 200 && status !== 206) {
      await response.body?.cancel();
      const answer = `${url} answered ${status} ${response.statusText}`.trimEnd();
      throw BUSY.includes(status) ? new BrokenOff(answer, retryAfter(response)) : new TransferError(answer);
    }
    await save(response, transfer, status === 206 ? have : 0, patience, status === 200 && have > 0);
  } finally {
    patience.end();
  }
}

async function save(
  response: Response,
  transfer: Transfer,
  start: number,
  patience: Patience,
  isAnew: boolean,
): Promise<void> {
  const { url, path, size } = transfer;
  const length = response.headers.get("content-length");
  const total = length === null ? undefined : start + Number(length);
  const most = size ?? Math.min(total ?? MOST_BYTES, MOST_BYTES);
  const host = hostOf(url);
  const reader = (response.body as ReadableStream<Uint8Array> | null)?.getReader();
  const broken = (why: string): BrokenOff => {
    const message = `${host} broke off after ${received} of ${total ?? "?"} bytes${why}`;
    return isAnew ? new SentAnew(message) : new BrokenOff(message);
  };
  let received = start;
  const file = await open(path, start > 0 ? "a" : "w");
  try {
    if ((total ?? 0) > most) throw tooMuch(host, total, most);
    for (;;) {
      const piece = await reader?.read().catch((error: unknown) => {
        throw broken(` (${patience.isOver ? patience.reason : reason(error)})`);
      });
      if (!piece || piece.done) break;
      patience.heard();
      received += piece.value.length;
      if (received > most) throw tooMuch(host, undefined, most);
      await file.appendFile(piece.value);
      transfer.onProgress?.(received, total);
    }
  } catch (error) {
    if (error instanceof TooMuch) await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
    await reader?.cancel().catch(() => undefined);
  }
  if (total !== undefined && received !== total) throw broken("");
}

/** It sends what cannot be what was asked for. */
class TooMuch extends TransferError {}

function tooMuch(host: string, offered: number | undefined, most: number): TooMuch {
  const sends = offered === undefined ? `sends more than ${most} bytes` : `offers ${offered} bytes instead of ${most}`;
  return new TooMuch(`${host} ${sends}; nothing of it was kept`);
}

/** Returns the milliseconds that a busy server asks to wait: it names seconds or a date. */
function retryAfter(response: Response): number {
  const told = response.headers.get("retry-after") ?? "";
  const milliseconds = /^\d+$/.test(told) ? 1000 * Number(told) : Date.parse(told) - Date.now();
  return Number.isFinite(milliseconds) ? Math.max(0, milliseconds) : 0;
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
