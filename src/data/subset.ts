import type { Examples } from "../core/types.ts";
import { checkCount } from "./count.ts";

/**
 * `count` of the examples, in their order: the earliest of each class, as many of one as of another (the first classes
 * one more where it does not come out even). A class with too few leaves its places to the earliest of the others. All of
 * them when there are no more.
 */
export function subset(examples: Examples, count: number): Examples {
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
