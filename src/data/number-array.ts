import { UserError } from "../core/errors.ts";

/** Numbers as a file has them. */
export type Numbers =
  Uint8Array | Int8Array | Uint16Array | Int16Array | Uint32Array | Int32Array | Float32Array | Float64Array;

/** An array of numbers with a shape, in the order of C: the last axis changes fastest. */
export interface NumberArray {
  /** Lengths of its axes. */
  readonly shape: readonly number[];
  /** Values, as many as the product of `shape`. */
  readonly values: Numbers;
}

/** Element type: how many bytes a value takes, and how one is read. */
export interface ElementType {
  readonly bytes: number;
  /** Makes room for `count` values. */
  readonly make: (count: number) => Numbers;
  readonly read: (view: DataView, at: number, isLittle: boolean) => number;
}

/** Reads eight bytes; whole numbers beyond 2^53 are rounded. */
const longRead =
  (name: "getBigInt64" | "getBigUint64") =>
  (view: DataView, at: number, isLittle: boolean): number =>
    Number(view[name](at, isLittle));

/** Element types by their names in NumPy, without the order of bytes. */
export const ELEMENTS: Readonly<Record<string, ElementType>> = {
  u1: { bytes: 1, make: (n) => new Uint8Array(n), read: (view, at) => view.getUint8(at) },
  // 0 and 1 are what they are, where bytes without a sign are the brightness of a pixel.
  b1: { bytes: 1, make: (n) => new Int8Array(n), read: (view, at) => view.getInt8(at) },
  i1: { bytes: 1, make: (n) => new Int8Array(n), read: (view, at) => view.getInt8(at) },
  u2: { bytes: 2, make: (n) => new Uint16Array(n), read: (view, at, little) => view.getUint16(at, little) },
  i2: { bytes: 2, make: (n) => new Int16Array(n), read: (view, at, little) => view.getInt16(at, little) },
  u4: { bytes: 4, make: (n) => new Uint32Array(n), read: (view, at, little) => view.getUint32(at, little) },
  i4: { bytes: 4, make: (n) => new Int32Array(n), read: (view, at, little) => view.getInt32(at, little) },
  u8: { bytes: 8, make: (n) => new Float64Array(n), read: longRead("getBigUint64") },
  i8: { bytes: 8, make: (n) => new Float64Array(n), read: longRead("getBigInt64") },
  f4: { bytes: 4, make: (n) => new Float32Array(n), read: (view, at, little) => view.getFloat32(at, little) },
  f8: { bytes: 8, make: (n) => new Float64Array(n), read: (view, at, little) => view.getFloat64(at, little) },
};

/** Elements as bytes. */
interface Stored {
  readonly bytes: Uint8Array;
  readonly element: ElementType;
  readonly isLittle: boolean;
  readonly shape: readonly number[];
}

/**
 * Reads the elements of an array.
 *
 * @throws {UserError} naming the file when there are more or fewer bytes than the shape says.
 */
export function readElements(name: string, { bytes, element, isLittle, shape }: Stored): NumberArray {
  const count = shape.reduce((product, n) => product * n, 1);
  const wanted = count * element.bytes;
  if (bytes.length !== wanted) {
    throw new UserError(`${name}: has ${bytes.length} bytes of values, but [${shape}] takes ${wanted}; is it cut off?`);
  }
  const values = element.make(count);
  if (values instanceof Uint8Array) values.set(bytes);
  else {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let i = 0; i < count; i++) values[i] = element.read(view, i * element.bytes, isLittle);
  }
  return { shape, values };
}
