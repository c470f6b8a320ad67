import {
  BUCKET_COLUMNS,
  bytesOf,
  type ColumnsOf,
  type ColumnType,
  HISTOGRAM_COLUMNS,
  READING_COLUMNS,
  viewColumns,
} from "./columns.ts";
import { FRAME, type FrameHeader, HEADER_BYTES, readHeader } from "./frame.ts";

/** Frames of a message begin at its multiples. */
const ALIGNMENT = 8;

/** A frame, and where in a message its columns are. */
export interface LocatedFrame extends FrameHeader {
  readonly message: ArrayBuffer;
  /** Byte of the message at which the columns begin. */
  readonly start: number;
}

/** A frame to be sent, and the subscription it is for. */
export interface AddressedFrame {
  readonly id: number;
  readonly frame: Uint8Array;
}

/** Joins frames into one message, each addressed to its subscription. */
export function joinFrames(frames: readonly AddressedFrame[]): Uint8Array<ArrayBuffer> {
  const last = frames.at(-1)?.frame.length ?? 0;
  const before = frames.slice(0, -1).reduce((sum, { frame }) => sum + aligned(frame.length), 0);
  const message = new Uint8Array(before + last);
  const view = new DataView(message.buffer);
  let at = 0;
  for (const { id, frame } of frames) {
    message.set(frame, at);
    view.setUint32(at + 4, id, true);
    at += aligned(frame.length);
  }
  return message;
}

/** Returns the frames of a message, in order. @throws {Error} when one is of no known kind or goes beyond the end. */
export function* framesOf(message: ArrayBuffer): Generator<LocatedFrame> {
  let at = 0;
  do {
    const frame = frameAt(message, at);
    yield frame;
    at = aligned(frame.start + columnBytes(frame));
  } while (at < message.byteLength);
}

/** Returns the frame that begins at byte `at`. @throws {Error} when it is of no known kind or goes beyond the end. */
export function frameAt(message: ArrayBuffer, at = 0): LocatedFrame {
  const header = readHeader(message, at);
  const start = at + HEADER_BYTES;
  if (start + columnBytes(header) > message.byteLength) throw new Error("feed: a frame that goes beyond its message");
  return { ...header, message, start };
}

/** Returns the columns of a frame, as views of its message. */
export function columnsOf<T extends Readonly<Record<string, ColumnType>>>(types: T, frame: LocatedFrame): ColumnsOf<T> {
  return viewColumns(types, frame.message, frame.start, frame.rows);
}

/** Returns the counts of all bins of a frame of histograms, as a view of its message. */
export function countsOf({ message, start, rows, extra }: LocatedFrame): Uint32Array {
  return new Uint32Array(message, start + bytesOf(HISTOGRAM_COLUMNS, rows), extra);
}

function columnBytes({ kind, rows, extra }: FrameHeader): number {
  if (kind === FRAME.readings) return bytesOf(READING_COLUMNS, rows);
  if (kind === FRAME.buckets) return bytesOf(BUCKET_COLUMNS, rows);
  if (kind === FRAME.histograms) return bytesOf(HISTOGRAM_COLUMNS, rows) + 4 * extra;
  throw new Error(`feed: a frame of kind ${kind}`);
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}
