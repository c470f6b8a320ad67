import { crc32c } from "./crc32c.ts";

/** Bytes before and behind the data of a record. */
const HEAD = 12;
const TAIL = 4;
const MASK = 0xa282ead8;

/**
 * Frames data as TensorFlow's files of records have them: length as 64 bits, its masked CRC-32C, the data, theirs; all
 * little-endian.
 *
 * Source: https://www.tensorflow.org/tutorials/load_data/tfrecord, "TFRecords format details".
 */
export function tfRecord(data: Uint8Array): Uint8Array {
  const record = new Uint8Array(HEAD + data.length + TAIL);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, masked(record.subarray(0, 8)), true);
  record.set(data, HEAD);
  view.setUint32(HEAD + data.length, masked(data), true);
  return record;
}

/** A CRC of data that hold CRCs says little: this one is rotated and moved. */
function masked(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + MASK) >>> 0;
}
