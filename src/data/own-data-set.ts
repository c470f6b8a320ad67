import { createHash } from "node:crypto";
import { UserError } from "../core/errors.ts";
import { fold, permutation, rootKey } from "../core/random.ts";
import type { DataSet, RawExamples } from "../core/types.ts";
import { takeExamples } from "./subset.ts";

/** Part of the examples that is held out for testing where no test set is given. */
export const HELD_OUT = 0.2;

/** What a data set of one's own is made of. */
interface Parts {
  readonly name: string;
  readonly train: RawExamples;
  /** Test set, or the part of the examples that becomes it. */
  readonly test: RawExamples | number;
  /** Names of the classes. Default: their numbers. */
  readonly classes?: readonly string[] | undefined;
}

/**
 * Makes a data set: holds out a test set where none is given, the same part of the same examples each time.
 *
 * @throws {UserError} when training and test examples differ in shape or in what their labels are, or none is left to train.
 */
export function ownDataSet({ name, test, classes, ...parts }: Parts): DataSet {
  const [train, held] = typeof test === "number" ? holdOut(parts.train, test) : [parts.train, test];
  if (train.count === 0) throw new UserError(`${name}: what is held out leaves nothing to train on`);
  if (held.count > 0) checkAlike(name, train, held);
  return { name, classes: classes ?? classNumbers(train, held), shape: train.shape, train, test: held };
}

function holdOut(all: RawExamples, part: number): [RawExamples, RawExamples] {
  const order = permutation(fold(rootKey(0), "held out"), all.count);
  const count = Math.floor(all.count * part);
  const chosen = (from: number, to: number) => takeExamples(all, order.slice(from, to).sort());
  return [chosen(count, all.count), chosen(0, count)];
}

function checkAlike(name: string, train: RawExamples, test: RawExamples): void {
  const kinds = [train, test].map(({ pixels, labels, shape, count }) => {
    const values = pixels instanceof Float32Array ? "numbers" : "bytes";
    const targets = labels instanceof Float32Array ? `${labels.length / count} targets` : "a class";
    return `${values} of [${shape.join(", ")}] with ${targets} each`;
  });
  if (kinds[0] !== kinds[1]) throw new UserError(`${name}: trains on ${kinds[0]} and tests on ${kinds[1]}`);
}

function classNumbers(...parts: readonly RawExamples[]): readonly string[] {
  let count = 0;
  for (const { labels } of parts) {
    if (!(labels instanceof Float32Array)) for (const label of labels) count = Math.max(count, label + 1);
  }
  return Array.from({ length: count }, (_, i) => String(i));
}

/** Returns the SHA-256 of what a data set contains, in hexadecimal: its name and the files that it is from do not matter. */
export function contentHash({ shape, train, test }: Omit<DataSet, "hash">): string {
  const hash = createHash("sha256");
  for (const { count, pixels, labels } of [train, test]) {
    hash.update(JSON.stringify([shape, count, pixels.constructor.name, labels.constructor.name]));
    for (const { buffer, byteOffset, byteLength } of [pixels, labels]) {
      hash.update(new Uint8Array(buffer, byteOffset, byteLength));
    }
  }
  return hash.digest("hex");
}

/** Hexadecimal digits of a hash that a data set's name bears. */
const NAMED_DIGITS = 12;

/** Returns a data set with its hash and, in its name, the beginning of it: `flowers.csv@0f4c63a1b2d9`. */
export function hashed(data: DataSet): DataSet {
  const hash = contentHash(data);
  return { ...data, name: `${data.name}@${hash.slice(0, NAMED_DIGITS)}`, hash };
}
