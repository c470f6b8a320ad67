import type { RawExamples } from "../core/types.ts";
import { checkWhole } from "../core/options.ts";
import { gathered } from "./pixels.ts";

/**
 * Returns `count` of the examples, in their order: the first of each class, with balanced classes (the first classes
 * one more where the count does not divide), of examples with targets the first. A class with too few leaves its places
 * to the first of the others. Returns all examples when there are no more than `count`.
 *
 * @throws {UserError} when `count` is not a whole number from 1 up.
 */
export function subset(examples: RawExamples, count: number): RawExamples {
  if (count >= examples.count) return examples;
  checkWhole("subset", { count });
  const { labels } = examples;
  if (labels instanceof Float32Array) return takeExamples(examples, Uint32Array.from({ length: count }, (_, i) => i));
  let classes = 0;
  for (const label of labels) classes = Math.max(classes, label + 1);
  const taken = new Uint32Array(classes);
  const share = (label: number) => Math.floor(count / classes) + (label < count % classes ? 1 : 0);
  const chosen = new Set<number>();
  labels.forEach((label, i) => {
    if (taken[label]! >= share(label)) return;
    taken[label]!++;
    chosen.add(i);
  });
  for (let i = 0; chosen.size < count; i++) chosen.add(i);
  return takeExamples(examples, Uint32Array.from(chosen).sort());
}

/** Returns the examples listed in `order`, in that order. */
export function takeExamples(examples: RawExamples, order: Uint32Array): RawExamples {
  const { count, pixels, labels } = examples;
  const take = <T extends Uint8Array | Uint16Array | Float32Array>(values: T): T => {
    const width = values.length / count;
    return gathered(values, width, order, new (values.constructor as new (length: number) => T)(order.length * width));
  };
  return { ...examples, count: order.length, pixels: take(pixels), labels: take(labels) };
}
