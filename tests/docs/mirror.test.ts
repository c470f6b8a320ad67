import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";

/** What is no area of src: what tests share, and tests of the whole. */
const SPECIAL = ["browser", "contracts", "docs", "fixtures", "package", "pipelines", "types"];

const files = readdirSync("tests", { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) =>
    join(entry.parentPath, entry.name)
      .replaceAll("\\", "/")
      .replace(/^tests\//, ""),
  );
const mirrored = files.filter((file) => !SPECIAL.includes(file.split("/")[0]!));

describe("tests/", () => {
  it("has the folders of src, beside those that are named here", () => {
    expect(mirrored.length).toBeGreaterThan(50);
    expect(mirrored.filter((file) => !existsSync(join("src", dirname(file))))).toEqual([]);
    for (const folder of SPECIAL) expect(files.some((file) => file.startsWith(`${folder}/`))).toBe(true);
  });

  it("has tests alone in them: what tests share is a fixture or a contract", () => {
    expect(mirrored.filter((file) => !file.endsWith(".test.ts"))).toEqual([]);
    expect(mirrored.filter((file) => !file.includes("/"))).toEqual([]);
  });

  it("has no test among fixtures and contracts", () => {
    expect(files.filter((file) => /^(fixtures|contracts)\/.*\.test\.ts$/.test(file))).toEqual([]);
  });
});
