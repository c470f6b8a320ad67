import { join } from "node:path";
import { expect, it } from "vitest";
import { livePageOf, noteLivePage } from "../../../src/run/serving/live-page.ts";
import { temporaryFolder } from "../../fixtures/runs.ts";

it("forgets where the live page of a process was that is no more", () => {
  const store = join(temporaryFolder(), "a.duckdb");
  expect(livePageOf(store)).toBeUndefined();
  noteLivePage(store, "http://127.0.0.1:1/");
  expect(livePageOf(store)).toBe("http://127.0.0.1:1/");
});
