import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { anchorsOf } from "./markdown.ts";

const FILE = "docs/DECISIONS.md";
const [head, ...sections] = readFileSync(FILE, "utf8").split(/^### /m);
const rows = [...head!.matchAll(/^\| (\d+) +\| \[(.+)\]\(#(\S+)\) +\| (.+?) +\|$/gm)];

it("every decision has a number, a title and the same four parts", () => {
  expect(sections.length).toBeGreaterThanOrEqual(60);
  sections.forEach((section, i) => {
    expect(section).toMatch(new RegExp(`^${i + 1}\\. \\S`));
    expect(
      [...section.matchAll(/^- \*\*(\w+)\.\*\*/gm)].map(([, part]) => part),
      section,
    ).toEqual(["Status", "Decision", "Why", "Consequence"]);
    expect(section, "is merged").not.toMatch(/^\W*(<{4,}|={4,}|>{4,})/m);
  });
});

it("the index lists them all, with the status that each has", () => {
  const plain = (text: string) =>
    text
      .replaceAll(/\[(\d+)\]\(\S+\)/g, "$1")
      .replaceAll(/\s+/g, " ")
      .toLowerCase();
  const statuses = sections.map((section) => plain(/\*\*Status\.\*\* ([^]+?)\.\n/.exec(section)![1]!));
  expect(rows.map(([, number, title]) => `${number}. ${title}`)).toEqual(sections.map((s) => s.split("\n")[0]));
  expect(rows.map((row) => plain(row[4]!))).toEqual(statuses);
});

it("a decision that changes another is named there", () => {
  const statuses = rows.map((row) => row.at(-1)!);
  const pairs = statuses.flatMap((status, i) => {
    const [, verb, others = ""] = /(replaces|amends) (.+)/.exec(status) ?? [];
    return verb === undefined ? [] : [...others.matchAll(/\d+/g)].map(([other]) => [i + 1, Number(other)] as const);
  });
  expect(pairs.length).toBeGreaterThan(4);
  for (const [later, earlier] of pairs)
    expect(statuses[earlier - 1], `${earlier}`).toMatch(new RegExp(`\\b${later}\\b`));
});

it("its anchors are those of its headings", () => {
  for (const row of rows) expect(anchorsOf(FILE)).toContain(row[3]);
});
