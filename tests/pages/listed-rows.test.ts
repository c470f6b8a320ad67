import { describe, expect, it } from "vitest";
import { listedRows, pinOf } from "../../src/pages/parts/listed-rows.ts";
import { offeredColumns } from "../../src/pages/parts/run-columns.ts";
import type { RunFacts } from "../../src/pages/parts/run-facts.ts";
import { differenceText, groupCell, groupsOf, meanOverRuns } from "../../src/pages/parts/run-groups.ts";
import { aState } from "../fixtures/page.ts";

/** A run that ended with this loss, and half of it as its test accuracy. */
function factsOf(arm: string, seed: number, loss: number | null, given: Parameters<typeof aState>[0] = {}): RunFacts {
  const summary = {
    final_loss: loss,
    final_train_accuracy: null,
    test_accuracy: loss && loss / 2,
    steps_per_second: 10,
    seconds: 10 + seed,
  };
  return { run: aState({ runId: `${arm}-${seed}`, arm, seed, ...given }), summary, latest: {} };
}

const ALL = [
  factsOf("batchNorm", 0, 0.2),
  factsOf("batchNorm", 1, 0.4),
  factsOf("standard", 0, 0.9),
  factsOf("standard", 1, null, { status: "diverged", step: 7 }),
  factsOf("standard", 0, 0.5, { runId: "wide", hyper: { width: 64 } }),
];
const COLUMNS = offeredColumns(
  ALL.map(({ run }) => run),
  ["width"],
).map(({ column }) => column);
const columnOf = (name: string) => COLUMNS.find((column) => column.name === name)!;
const LISTING = { isGrouped: false, column: undefined, down: false, pin: undefined, isOpen: () => false };
const idsOf = (rows: ReturnType<typeof listedRows>): string[] =>
  rows.map(({ one, group, isPinned }) => {
    const name = one ? one.run.runId : `[${group.members.map(({ run }) => run.runId).join()}]`;
    return isPinned ? `* ${name}` : name;
  });

describe("rows", () => {
  it("are runs in order, those without a value last", () => {
    const ids = (down: boolean) => idsOf(listedRows(ALL, ALL, { ...LISTING, column: columnOf("Final loss"), down }));
    expect(ids(false)).toEqual(["batchNorm-0", "batchNorm-1", "wide", "standard-0", "standard-1"]);
    expect(ids(true)).toEqual(["standard-0", "wide", "batchNorm-1", "batchNorm-0", "standard-1"]);
  });

  it("are groups of arm and setting, in order of their means, whose runs unfold", () => {
    const listing = { ...LISTING, isGrouped: true, column: columnOf("Final loss") };
    const rows = listedRows(ALL, ALL, listing);
    expect(idsOf(rows)).toEqual(["[batchNorm-0,batchNorm-1]", "[wide]", "[standard-0,standard-1]"]);
    const open = listedRows(ALL, ALL, { ...listing, down: true, isOpen: (key) => key === rows[0]!.key });
    expect(idsOf(open)).toEqual([
      "[standard-0,standard-1]",
      "[wide]",
      "[batchNorm-0,batchNorm-1]",
      "batchNorm-1",
      "batchNorm-0",
    ]);
    expect(open.map(({ isMember }) => isMember)).toEqual([false, false, false, true, true]);
  });

  it("begin with what is pinned, whether it was found or not, and have it once", () => {
    const [group] = listedRows(ALL, ALL, { ...LISTING, isGrouped: true });
    expect(pinOf(group!)).toBe("group batchNorm-0");
    const found = ALL.slice(2);
    const pinned = (pin: string, isGrouped: boolean) => idsOf(listedRows(found, ALL, { ...LISTING, isGrouped, pin }));
    expect(pinned("batchNorm-1", false)).toEqual(["* batchNorm-1", "standard-0", "standard-1", "wide"]);
    expect(pinned("wide", false)).toEqual(["* wide", "standard-0", "standard-1"]);
    expect(pinned("group standard-1", true)).toEqual(["* [standard-0,standard-1]", "[wide]"]);
    expect(pinned("gone", true)).toEqual(["[standard-0,standard-1]", "[wide]"]);
  });
});

describe("a group", () => {
  const [batchNorm, standard] = groupsOf(ALL);

  it("says mean and range of numbers, and counts the rest", () => {
    const cells = (group: typeof batchNorm) =>
      ["Arm", "Seed", "State", "Steps", "Time", "Final loss", "Final train acc.", "Test acc."].map((name) => {
        const { text, range } = groupCell(group!, columnOf(name));
        return range === "" ? text : `${text} (${range})`;
      });
    expect(cells(batchNorm)).toEqual([
      "batchNorm",
      "2 runs",
      "completed",
      "100",
      "11 s (10 s to 11 s)",
      "0.3 (0.2 to 0.4)",
      "–",
      "15.0 % (10.0 % to 20.0 %)",
    ]);
    expect(cells(standard).slice(0, 4)).toEqual(["standard", "2 runs", "1 completed, 1 diverged", "54 (7 to 100)"]);
    expect(groupCell(standard!, columnOf("Final loss"))).toEqual({ text: "0.9", range: "" });
  });

  it("differs from another by its means", () => {
    const difference = (name: string) =>
      differenceText(meanOverRuns(standard!.members, columnOf(name)), meanOverRuns(batchNorm!.members, columnOf(name)), columnOf(name)); // prettier-ignore
    expect(difference("Final loss")).toBe("+0.6");
    expect(difference("Test acc.")).toBe("+30.0 points");
    expect(difference("Steps/s")).toBe("±0");
    expect(difference("Steps")).toBe("−47");
    expect(differenceText(100, 100, columnOf("Steps"))).toBe("");
    expect(differenceText(0.5001, 0.5, columnOf("Test acc."))).toBe("±0");
    expect(differenceText(2, 1.2345678, columnOf("Final loss"))).toBe("+0.765");
    expect(difference("Final train acc.")).toBe("");
    expect(difference("Arm")).toBe("");
    expect(differenceText(0.1, 0.4, columnOf("Final loss"))).toBe("−0.3");
  });
});
