import { readFile } from "node:fs/promises";
import { UserError } from "../core/errors.ts";
import type { RawExamples } from "../core/types.ts";
import { cannotRead, type Cifar10File } from "./cifar10-files.ts";

const SIDE = 32;
const PLANE = SIDE * SIDE;
/** Shape of an image of CIFAR-10 and CIFAR-100. */
export const CIFAR_SHAPE = [SIDE, SIDE, 3];

/** Form of the records: labels, then 32 x 32 red, green and blue, each row by row. */
export interface CifarRecord {
  /** Name of the data set for commands, and for people. */
  readonly set: string;
  readonly title: string;
  /** Bytes of labels before the pixels. */
  readonly labels: number;
  /** Which of them is the class, from 0. */
  readonly label: number;
  /** Number of its classes. */
  readonly classes: number;
}

/**
 * Reads the first `limit` records of files as NHWC bytes.
 *
 * @throws {UserError} naming the file that cannot be read, or the record whose label is out of range.
 */
export async function readCifar(
  files: readonly Cifar10File[],
  limit: number,
  form: CifarRecord,
): Promise<RawExamples> {
  const stored = files.reduce((sum, file) => sum + file.records, 0);
  const count = Math.min(stored, limit);
  const pixels = new Uint8Array(count * PLANE * 3);
  const labels = new Uint8Array(count);
  let done = 0;
  for (const file of files) {
    const take = Math.min(file.records, count - done);
    if (take > 0) {
      const bytes = await readWhole(form.set, file.path);
      unpackRecords({ file, bytes, take, form }, { pixels, labels, first: done });
    }
    done += take;
  }
  return { count, shape: CIFAR_SHAPE, pixels, labels };
}

/** Reads a file. @throws {UserError} naming it when it cannot be read. */
export async function readWhole(set: string, path: string): Promise<Uint8Array> {
  return readFile(path).catch((error: unknown) => {
    throw cannotRead(path, error, set);
  });
}

/** Records of a file. */
interface Packed {
  readonly file: Cifar10File;
  readonly bytes: Uint8Array;
  readonly take: number;
  readonly form: CifarRecord;
}

/** Arrays of all examples, and the index of the first to write. */
interface Unpacked {
  readonly pixels: Uint8Array;
  readonly labels: Uint8Array;
  readonly first: number;
}

/** Copies `take` records to the examples from `first` on, and interleaves the three planes. */
function unpackRecords({ file, bytes, take, form }: Packed, { pixels, labels, first }: Unpacked): void {
  const size = form.labels + 3 * PLANE;
  for (let record = 0; record < take; record++) {
    const from = record * size;
    const label = bytes[from + form.label]!;
    if (label >= form.classes) {
      throw new UserError(
        `${form.set}: ${file.path}, record ${record}: label ${label}, expected 0 to ${form.classes - 1}; is this ${form.title}?`,
      );
    }
    labels[first + record] = label;
    const red = from + form.labels;
    let to = (first + record) * PLANE * 3;
    for (let i = 0; i < PLANE; i++) {
      pixels[to++] = bytes[red + i]!;
      pixels[to++] = bytes[red + PLANE + i]!;
      pixels[to++] = bytes[red + 2 * PLANE + i]!;
    }
  }
}
