import { copyFileSync, existsSync, readFileSync, rmSync, truncateSync } from "node:fs";

/** A log starts with its version: field 100 is type 98, field 101 the version. */
const HEADER = Buffer.from("640062650002ffff", "hex");
/** The entry that ends a transaction: field 100 is type 100. */
const COMMIT = Buffer.from("640064ffff", "hex");
/** Before each entry: its size and its checksum. */
const PREFIX = 16;

const WORD = (1n << 64n) - 1n;

/** How much of a log is whole, in bytes. */
export interface LogState {
  readonly size: number;
  /** Up to the end of the last transaction before anything is cut off or damaged. */
  readonly whole: number;
}

/**
 * Reads how much of DuckDB's write-ahead log is whole: entries follow one another with size and checksum, and a
 * transaction counts when its last entry is there. Undefined for a log of another version, of which nothing is known.
 */
export function readLogState(log: string): LogState | undefined {
  const bytes = readFileSync(log);
  if (!bytes.subarray(0, HEADER.length).equals(HEADER)) return undefined;
  let at = HEADER.length;
  let whole = at;
  while (at + PREFIX <= bytes.length) {
    const size = Number(bytes.readBigUInt64LE(at));
    const start = at + PREFIX;
    if (size > bytes.length - start) break;
    const entry = bytes.subarray(start, start + size);
    if (checksum(entry) !== bytes.readBigUInt64LE(at + 8)) break;
    at = start + size;
    if (entry.equals(COMMIT)) whole = at;
  }
  return { size: bytes.length, whole };
}

/**
 * Cuts a log after its last whole transaction, when anything comes after that; the log as it was is copied aside first.
 * Returns how many bytes were cut off.
 */
export function cutLog(log: string, aside: string): number {
  const state = existsSync(log) ? readLogState(log) : undefined;
  if (state === undefined || state.whole === state.size) return 0;
  copyFileSync(log, aside);
  if (state.whole === HEADER.length) rmSync(log);
  else truncateSync(log, state.whole);
  return state.size - state.whole;
}

/** DuckDB's own (storage/checksum.cpp): words are multiplied and xored, the last bytes hashed as MurmurHash64A does. */
function checksum(bytes: Buffer): bigint {
  const words = Math.floor(bytes.length / 8);
  let sum = 5381n;
  for (let i = 0; i < words; i++) sum ^= (bytes.readBigUInt64LE(i * 8) * 0xbf58476d1ce4e5b9n) & WORD;
  const rest = bytes.subarray(words * 8);
  return rest.length === 0 ? sum : sum ^ hash(rest);
}

/** Of fewer than eight bytes. */
function hash(rest: Buffer): bigint {
  const multiplier = 0xc6a4a7935bd1e995n;
  let value = 0n;
  for (let i = rest.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(rest[i]!);
  let h = 0xe17a1465n ^ ((BigInt(rest.length) * multiplier) & WORD) ^ value;
  h = (h * multiplier) & WORD;
  h ^= h >> 47n;
  h = (h * multiplier) & WORD;
  return h ^ (h >> 47n);
}
