import { expect, it } from "vitest";
import { comparedStats, statChanges, withStat } from "../../src/pages/parts/compared-stats.ts";

/** What an address with these changes says. */
const read = (changes: ReturnType<typeof statChanges>) =>
  comparedStats({
    list: (key) =>
      [changes[key]]
        .flat()
        .filter((one) => one !== undefined)
        .map(String),
  });

const LOSS = { name: "loss / loss", place: undefined };

it("compares the loss where nothing is chosen, which is not written", () => {
  expect(read({})).toEqual([LOSS]);
  expect(statChanges([LOSS])).toEqual({ stat: [], place: [] });
});

it.each([
  [[{ name: "ics / l2", place: "layer 4" }]],
  [[LOSS, { name: "ics / l2", place: "layer 4" }, { name: "norms / gradient_norm", place: undefined }]],
  [[LOSS, LOSS]],
])("reads what it wrote", (stats) => {
  expect(read(statChanges(stats))).toEqual(stats);
});

it("reads addresses of one stat and its place", () => {
  expect(read({ stat: "ics / l2", place: "layer 4" })).toEqual([{ name: "ics / l2", place: "layer 4" }]);
});

it("puts another one in the place of one, or takes it away", () => {
  const stats = [LOSS, { name: "ics / l2", place: "layer 4" }];
  const other = { name: "ics / cosine", place: undefined };
  expect(read(withStat(stats, 1, other))).toEqual([LOSS, other]);
  expect(read(withStat(stats, 0))).toEqual([stats[1]]);
  expect(read(withStat([stats[1]!], 0))).toEqual([LOSS]);
});
