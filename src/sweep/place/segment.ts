import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { checkRecord } from "../../core/check-record.ts";
import type { Recorded, Training } from "../../core/types.ts";
import { decodeNumber, encodeNumber, type WireNumber } from "../../feed/protocol/number.ts";

const [packed, unpacked] = [promisify(gzip), promisify(gunzip)];

/** What an attempt recorded in a while. */
export interface Segment {
  readonly records: readonly Recorded[];
  /** Optimizer steps begun by then. */
  readonly steps: number;
  /** What it trains, where that became known. */
  readonly training?: Training | undefined;
}

/** Names the n-th segment of an attempt, from 0. */
export const segmentFile = (n: number): string => `segment-${String(n).padStart(6, "0")}.json.gz`;

const NUMBERS = ["value", "distance", "lo", "hi"] as const;

/** Writes a segment as compressed JSON, which has no NaN and no infinities: their names stand for them. */
export function encodeSegment({ records, ...rest }: Segment): Promise<Buffer> {
  return packed(JSON.stringify({ ...rest, records: records.map((record) => mapped(record, encodeNumber)) }));
}

/**
 * Reads a segment.
 *
 * @throws {UserError} when something in it is no record.
 */
export async function decodeSegment(bytes: Buffer): Promise<Segment> {
  const { records, ...rest } = JSON.parse((await unpacked(bytes)).toString("utf8")) as Segment;
  const read = records.map((record) => mapped(record, decodeNumber as (value: never) => number));
  read.forEach((record) => checkRecord(record));
  return { ...rest, records: read };
}

function mapped(record: Recorded, change: (value: never) => WireNumber): Recorded {
  const copy: Record<string, unknown> = { ...record };
  if (record.kind === "event") return record;
  for (const name of NUMBERS) if (copy[name] !== undefined) copy[name] = change(copy[name] as never);
  return copy as unknown as Recorded;
}
