import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { browserOnly } from "../../scripts/browser-only.ts";

it("counts every part of a page that tests load in Node, and none that needs a browser", () => {
  const only = browserOnly();
  const loaded = readdirSync("tests/pages").flatMap((file) =>
    [...readFileSync(`tests/pages/${file}`, "utf8").matchAll(/from "\.\.\/\.\.\/(src\/pages\/[^"]+)"/g)].map(
      ([, path]) => path!,
    ),
  );
  expect(loaded.length).toBeGreaterThan(10);
  expect(loaded.filter((path) => only.includes(path))).toEqual([]);
  for (const file of ["overview.ts", "parts/chart.ts", "parts/page.ts", "parts/element.ts"]) {
    expect(only).toContain(`src/pages/${file}`);
  }
});
