import { UserError } from "./errors.ts";
import { isRecord } from "./options.ts";

/** Numbers of a tensor in memory: bytes are those of a boolean tensor, 0 or 1. */
export type PlainValues = Float32Array | Float64Array | Int32Array | Uint8Array;

/** A tensor as plain values. */
export interface PlainTensor {
  readonly shape: readonly number[];
  readonly values: PlainValues;
}

/** What a safetensors file holds: tensors by name, and text about them. */
export interface TensorFile {
  readonly tensors: Readonly<Record<string, PlainTensor>>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Longest header that a file may claim to have, as in the format's own reader. */
const MOST_HEADER = 100_000_000;
const LENGTH_BYTES = 8;

const TYPES = {
  F64: Float64Array,
  F32: Float32Array,
  I32: Int32Array,
  BOOL: Uint8Array,
  U8: Uint8Array,
} as const;
type Dtype = keyof typeof TYPES;

const typeOf = (values: PlainValues): Dtype =>
  (Object.keys(TYPES) as Dtype[]).find((dtype) => values instanceof TYPES[dtype])!;

/**
 * Writes tensors as a safetensors file: the header's length as a 64-bit number, a JSON header with each tensor's type,
 * shape and place, then the values, little-endian. The widest numbers come first, so that all are aligned.
 *
 * Source: https://github.com/huggingface/safetensors, "Format".
 */
export function toSafetensors({ tensors, metadata }: TensorFile): Uint8Array {
  const ordered = Object.entries(tensors).sort(
    ([, a], [, b]) => b.values.BYTES_PER_ELEMENT - a.values.BYTES_PER_ELEMENT,
  );
  let end = 0;
  const entries = ordered.map(([name, { shape, values }]) => {
    const from = end;
    end += values.byteLength;
    return [name, { dtype: typeOf(values), shape, data_offsets: [from, end] }] as const;
  });
  const json = new TextEncoder().encode(JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) }));
  const start = LENGTH_BYTES + Math.ceil(json.length / LENGTH_BYTES) * LENGTH_BYTES;
  const bytes = new Uint8Array(start + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - LENGTH_BYTES), true);
  bytes.set(json, LENGTH_BYTES);
  bytes.fill(0x20, LENGTH_BYTES + json.length, start);
  let at = start;
  for (const [, { values }] of ordered) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at += values.byteLength;
  }
  return bytes;
}

/**
 * Reads a safetensors file that anybody may have written: lengths, types, shapes and places are checked before any value
 * is taken. Values are copies. Types are F64, F32, I32, U8 and BOOL.
 *
 * @throws {UserError} saying, after `who`, what is wrong with the file.
 */
export function fromSafetensors(bytes: Uint8Array, who: string): TensorFile {
  const { header, start } = headerOf(bytes, who);
  const { __metadata__: metadata = {}, ...entries } = header;
  if (!isRecord(metadata) || !Object.values(metadata).every((text) => typeof text === "string")) {
    throw new UserError(`${who}: its metadata are not text`);
  }
  const places = Object.entries(entries).map(([name, entry]) => placeOf(name, entry, who));
  checkPlaces(places, bytes.length - start, who);
  const tensors = places.map(({ name, dtype, shape, from, to }) => {
    // A copy, aligned; `slice` of Node's buffers is none.
    const copy = new Uint8Array(bytes.subarray(start + from, start + to));
    return [name, { shape, values: new TYPES[dtype](copy.buffer) }] as const;
  });
  return { tensors: Object.fromEntries(tensors), metadata: metadata as Record<string, string> };
}

function headerOf(bytes: Uint8Array, who: string): { header: Record<string, unknown>; start: number } {
  if (bytes.length < LENGTH_BYTES) throw new UserError(`${who}: too short for a safetensors file`);
  const claimed = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  const most = Math.min(MOST_HEADER, bytes.length - LENGTH_BYTES);
  if (claimed > BigInt(most)) throw new UserError(`${who}: its header claims ${claimed} bytes, of ${most} at most`);
  const start = LENGTH_BYTES + Number(claimed);
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(LENGTH_BYTES, start)));
  } catch {
    throw new UserError(`${who}: its header is not JSON`);
  }
  if (!isRecord(header)) throw new UserError(`${who}: its header is not an object`);
  return { header, start };
}

/** Where a tensor lies among the values. */
interface Place {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly from: number;
  readonly to: number;
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const areCounts = (value: unknown): value is readonly number[] => Array.isArray(value) && value.every(isCount);

function placeOf(name: string, entry: unknown, who: string): Place {
  const { dtype, shape, data_offsets: offsets } = isRecord(entry) ? entry : {};
  const known = Object.keys(TYPES).join(", ");
  const told = typeof dtype === "string" ? dtype : typeof dtype;
  if (!Object.hasOwn(TYPES, told)) throw new UserError(`${who}: tensor ${name} is of type ${told}, none of ${known}`);
  if (!areCounts(shape)) throw new UserError(`${who}: tensor ${name} has no shape`);
  if (!areCounts(offsets) || offsets.length !== 2) throw new UserError(`${who}: tensor ${name} has no place`);
  const [from, to] = offsets as [number, number];
  const size = shape.reduce((product, length) => product * length, TYPES[told as Dtype].BYTES_PER_ELEMENT);
  if (to - from !== size) throw new UserError(`${who}: tensor ${name} takes ${to - from} bytes, not ${size}`);
  return { name, dtype: told as Dtype, shape, from, to };
}

/** Checks that tensors lie one after the other, without a gap, to the end. */
function checkPlaces(places: readonly Place[], length: number, who: string): void {
  let end = 0;
  for (const { name, from, to } of [...places].sort((a, b) => a.from - b.from || a.to - b.to)) {
    if (from !== end) throw new UserError(`${who}: tensor ${name} begins at ${from}, not at ${end}`);
    end = to;
  }
  if (end !== length) throw new UserError(`${who}: there are ${length} bytes of values, not ${end}`);
}
