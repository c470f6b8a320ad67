import type { RawExamples } from "../core/types.ts";
import { checkCount } from "./count.ts";

/**
 * Returns `count` of the examples, in their order: the first of each class, with balanced classes (the first classes
 * one more where the count does not divide). A class with too few leaves its places to the first of the others. Returns
 * all examples when there are no more than `count`.
 *
 * @throws {UserError} when `count` is not a whole number from 1 up.
 */
export function subset(examples: RawExamples, count: number): RawExamples {
  if (count >= examples.count) return examples;
  checkCount("subset: count", count);
  const { labels, pixels } = examples;
  const classes = labels.reduce((most, label) => Math.max(most, label + 1), 0);
  const taken = new Uint32Array(classes);
  const share = (label: number) => Math.floor(count / classes) + (label < count % classes ? 1 : 0);
  const chosen = new Set<number>();
  labels.forEach((label, i) => {
    if (taken[label]! >= share(label)) return;
    taken[label]!++;
    chosen.add(i);
  });
  for (let i = 0; chosen.size < count; i++) chosen.add(i);
  const order = [...chosen].sort((a, b) => a - b);
  const width = pixels.length / examples.count;
  const own = new Uint8Array(count * width);
  order.forEach((from, to) => own.set(pixels.subarray(from * width, (from + 1) * width), to * width));
  return { ...examples, count, pixels: own, labels: Uint8Array.from(order, (i) => labels[i]!) };
}
