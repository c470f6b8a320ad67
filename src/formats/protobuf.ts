// Fields of a message of Protocol Buffers, each as its bytes. Source: https://protobuf.dev/programming-guides/encoding

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

/** Writes a whole number from 0 up, such as an `int64`. */
export const varintField = (field: number, value: number): Uint8Array =>
  joined([varint(field * 8 + VARINT), varint(value)]);

/** Writes a `double`. */
export function doubleField(field: number, value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value, true);
  return joined([varint(field * 8 + FIXED64), bytes]);
}

/** Writes a `float`. */
export function floatField(field: number, value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return joined([varint(field * 8 + FIXED32), bytes]);
}

/** Writes a message, or bytes. */
export const bytesField = (field: number, bytes: Uint8Array): Uint8Array =>
  joined([varint(field * 8 + BYTES), varint(bytes.length), bytes]);

/** Writes a `string`. */
export const textField = (field: number, text: string): Uint8Array => bytesField(field, new TextEncoder().encode(text));

/** Writes a packed list of `double`. */
export function doublesField(field: number, values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(8 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => view.setFloat64(8 * i, value, true));
  return bytesField(field, bytes);
}

/** Puts fields together: a message. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Uint8Array.of(...bytes, rest);
}
