import { UserError } from "../core/errors.ts";
import { ELEMENTS, readElements, type NumberArray, type Numbers } from "./number-array.ts";

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** Tells whether bytes begin as a `.npy` file does. */
export const isNpy = (bytes: Uint8Array): boolean => MAGIC.every((byte, i) => bytes[i] === byte);

/**
 * Reads a `.npy` file: numbers and booleans of any width and order of bytes, in the order of C or Fortran.
 *
 * Source: NumPy, "NEP 1: A simple file format for NumPy arrays".
 *
 * @throws {UserError} naming the file when it is another, cut off, or holds what are no numbers.
 */
export function parseNpy(bytes: Uint8Array, name: string): NumberArray {
  if (!isNpy(bytes)) throw new UserError(`${name}: does not begin as a .npy file does; is it one?`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const cutOff = () => new UserError(`${name}: its header is cut off`);
  if (bytes.length < 12) throw cutOff();
  const isLong = bytes[6]! > 1;
  const start = isLong ? 12 : 10;
  const end = start + (isLong ? view.getUint32(8, true) : view.getUint16(8, true));
  if (end > bytes.length) throw cutOff();
  const header = Buffer.from(bytes.subarray(start, end)).toString("latin1");
  const descr = /'descr': *'([^']*)'/.exec(header)?.[1];
  const shapeText = /'shape': *\(([\d, L]*)\)/.exec(header)?.[1];
  const [, order = "", kind = ""] = /^([<>|=])(\w+)$/.exec(descr ?? "") ?? [];
  const element = ELEMENTS[kind];
  if (!element || shapeText === undefined) {
    throw new UserError(`${name}: holds ${descr ?? "records"}, not numbers; save it as float32, or whole numbers`);
  }
  const shape = [...shapeText.matchAll(/\d+/g)].map(([digits]) => Number(digits));
  const stored = { bytes: bytes.subarray(end), element, isLittle: order !== ">" };
  if (!/'fortran_order': *True/.test(header)) return readElements(name, { ...stored, shape });
  return transposed(readElements(name, { ...stored, shape: [...shape].reverse() }));
}

/** Returns an array with its axes in the opposite order. */
function transposed({ shape, values }: NumberArray): NumberArray {
  const out = values.slice() as Numbers;
  const reversed = [...shape].reverse();
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, n) => product * n, 1)).reverse();
  const index = reversed.map(() => 0);
  for (let to = 0; to < out.length; to++) {
    out[to] = values[index.reduce((sum, i, axis) => sum + i * strides[axis]!, 0)]!;
    for (let axis = index.length - 1; axis >= 0; axis--) {
      index[axis]! += 1;
      if (index[axis] !== reversed[axis]) break;
      index[axis] = 0;
    }
  }
  return { shape: reversed, values: out };
}
