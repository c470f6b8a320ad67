import { UserError } from "../core/errors.ts";
import { ELEMENTS, readElements, type NumberArray } from "./number-array.ts";

/** Third byte of the magic number, and the element type that it stands for. */
const TYPES: Readonly<Record<number, string>> = { 0x08: "u1", 0x09: "i1", 0x0b: "i2", 0x0c: "i4", 0x0d: "f4", 0x0e: "f8" };

/**
 * Reads an IDX file, the format of MNIST: two zeros, the element type, the number of axes, their lengths, the elements, all
 * with the high byte first.
 *
 * Source: LeCun, Cortes and Burges, "The MNIST database of handwritten digits".
 *
 * @throws {UserError} naming the file when it is another or cut off.
 */
export function parseIdx(bytes: Uint8Array, name: string): NumberArray {
  if (bytes.length < 4) throw new UserError(`${name}: has ${bytes.length} bytes; an IDX file begins with four`);
  const element = ELEMENTS[TYPES[bytes[2]!] ?? ""];
  const axes = bytes[3]!;
  if (bytes[0] !== 0 || bytes[1] !== 0 || !element || axes === 0) {
    const magic = Buffer.from(bytes.subarray(0, 4)).toString("hex");
    throw new UserError(`${name}: begins with 0x${magic}, which is not an IDX file`);
  }
  const start = 4 + 4 * axes;
  if (bytes.length < start) throw new UserError(`${name}: its header is cut off`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const shape = Array.from({ length: axes }, (_, axis) => view.getUint32(4 + 4 * axis));
  return readElements(name, { bytes: bytes.subarray(start), element, isLittle: false, shape });
}
