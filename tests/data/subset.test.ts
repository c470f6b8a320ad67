import { expect, it } from "vitest";
import type { RawExamples } from "../../src/core/types.ts";
import { subset } from "../../src/data/subset.ts";

/** One pixel an example: its place. */
const labelled = (labels: readonly number[]): RawExamples => ({
  count: labels.length,
  shape: [1],
  pixels: Uint8Array.from(labels, (_, i) => i),
  labels: Uint8Array.from(labels),
});
const placesOf = (examples: RawExamples) => [...examples.pixels];

it.each([
  ["as many of each class", [0, 0, 0, 1, 0, 2, 1, 1, 2, 2], 6, [0, 1, 3, 5, 6, 8]],
  ["one more of the first classes", [2, 2, 1, 1, 0, 0], 4, [0, 2, 4, 5]],
  ["the earliest others where a class has too few", [0, 0, 0, 0, 0, 1, 0], 4, [0, 1, 2, 5]],
])("takes %s, in order", (_, labels, count, places) => {
  const chosen = subset(labelled(labels), count);
  expect(placesOf(chosen)).toEqual(places);
  expect([...chosen.labels]).toEqual(places.map((place) => labels[place]));
  expect(chosen.count).toBe(count);
});

it("gives all of them when asked for more", () => {
  const all = labelled([0, 1, 2]);
  expect(subset(all, 3)).toBe(all);
  expect(subset(all, Infinity)).toBe(all);
});
