import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";

interface Rule {
  readonly name: string;
  readonly from: { readonly path?: string };
  readonly to: { readonly path?: string; readonly pathNot?: string | readonly string[] };
}
const { forbidden } = createRequire(import.meta.url)(resolve(".dependency-cruiser.cjs")) as {
  readonly forbidden: readonly Rule[];
};
const text = readFileSync("docs/ARCHITECTURE.md", "utf8");

/** The areas of the table, with what each may import. */
const table = new Map(
  [...text.matchAll(/^\| `([\w/-]+)` +\| (.+?) +\| .+\|$/gm)].map(([, area, imports]) => [area!, imports!] as const),
);
const plain = ticked(/^_plain_ is (.+?)\. /m.exec(text)![1]!);

function ticked(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, inside]) => inside!).filter((name) => !name.startsWith("/"));
}

/** `^src/core/(random|options)\.ts$` as `core/random.ts` and `core/options.ts`; `^src/core/` as `core`. */
function named(pattern: string): string[] {
  const path = pattern.replace(/^\^?(src\/)?/, "").replaceAll(/[\\$]/g, "");
  const [, before = "", choices = path, after = ""] = /^(.*)\((.+)\)(.*)$/.exec(path) ?? [];
  return choices.split("|").map((choice) => (before + choice + after).replace(/\/$/, ""));
}

/** The rules that say what an area may import: all else of ours is forbidden. */
const areas = forbidden.flatMap(({ from, to }) => {
  if (!Array.isArray(to.pathNot) || !from.path) return [];
  const [area] = named(from.path);
  return [[area!, (to.pathNot as string[]).flatMap(named).filter((name) => name !== area)] as const];
});

describe("docs/ARCHITECTURE.md", () => {
  it.each(areas)("lets %s import what the boundary check does", (area, allowed) => {
    const cell = table.get(area) ?? "";
    const said = [...ticked(cell), ...(cell.includes("_plain_") ? plain : [])];
    expect(said.sort()).toEqual([...allowed].sort());
  });

  it("has a row for every area that the check knows", () => {
    expect(areas.length).toBeGreaterThan(10);
    expect([...table.keys()].filter((area) => area !== "run").sort()).toEqual(areas.map(([area]) => area).sort());
  });

  it("gives every folder of src/run its row and its rule, and leaves the two entries beside them", () => {
    const entries = readdirSync("src/run", { withFileTypes: true });
    const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => `run/${name}`);
    expect(
      areas
        .map(([area]) => area)
        .filter((area) => area.startsWith("run/"))
        .sort(),
    ).toEqual(folders.sort());
    expect(entries.filter((entry) => entry.isFile()).map(({ name }) => name)).toEqual(["main.ts", "register.js"]);
  });

  it("has no circle among the folders of src/run", () => {
    const left = new Map(areas.filter(([area]) => area.startsWith("run/")));
    expect(left.size).toBeGreaterThan(5);
    for (;;) {
      const free = [...left].filter(([, allowed]) => !allowed.some((other) => left.has(other)));
      if (free.length === 0) break;
      for (const [area] of free) left.delete(area);
    }
    expect([...left.keys()]).toEqual([]);
  });

  it("names every folder of src", () => {
    for (const folder of readdirSync("src", { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
      expect(text, folder.name).toMatch(new RegExp(`^src/${folder.name}/ `, "m"));
    }
  });

  it("has a rule for all that it says beyond the table", () => {
    const pathOf = (name: string) => forbidden.find((rule) => rule.name === name)!.from.path!;
    const listed = (before: string) => new RegExp(`((?:\`\\w+\`(?:, | and )?)+)\\s+know no ${before}`).exec(text)![1]!;
    for (const [rule, what] of [
      ["no-streams-below", "rxjs"],
      ["no-tensors-at-the-sinks", "tfjs"],
    ] as const) {
      const areasOf = /\((.+)\)/.exec(pathOf(rule))![1]!.split("|");
      expect(ticked(listed(what)).sort()).toEqual(areasOf.sort());
    }
  });
});
