import { dirname, posix } from "node:path";
import { expect, it } from "vitest";
import { vendored } from "../../../src/feed/server/vendored.ts";

it("lists every module that a listed one imports, by relative addresses alone", async () => {
  const { urls, modules } = vendored();
  for (const url of urls.values()) expect(modules.has(url), url).toBe(true);
  let met = 0;
  for (const [url, text] of modules) {
    for (const [, name] of (await text()).matchAll(/^(?:import|export)\b[^'"]*?\bfrom\s*['"]([^'"]+)['"]/gm)) {
      expect(name, url).toMatch(/^\.\.?\//);
      expect(modules.has(posix.join(dirname(url), name!)), `${url} ${name}`).toBe(true);
      met++;
    }
  }
  expect(met).toBeGreaterThan(modules.size);
});
