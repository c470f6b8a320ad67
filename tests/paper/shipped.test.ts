import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { judgeClaims } from "../../src/paper/judge.ts";
import { SANTURKAR_2018 } from "../../src/paper/santurkar-2018/paper.ts";
import { openStore } from "../../src/run/command-line/open-store.ts";
import type { Store } from "../../src/store/store.ts";

const SHIPPED = fileURLToPath(new URL("../../data/reproduction", import.meta.url));

let store: Store;
beforeAll(async () => {
  store = await openStore(SHIPPED, { readOnly: true });
});
afterAll(() => store.close());

const rowsOf = async (sql: string) => (await store.query(sql)).rows;

it("is whole, of the scale small, and names no host", async () => {
  expect(await rowsOf("SELECT DISTINCT status FROM run WHERE status NOT IN ('completed', 'diverged')")).toEqual([]);
  const vgg = "experiment NOT IN ('deep-linear', 'theory')";
  expect(
    await rowsOf(
      `SELECT DISTINCT steps, dataset, backend, hyper ->> 'width', hyper ->> 'images' FROM run WHERE ${vgg} ORDER BY ALL`,
    ),
  ).toEqual([
    [300, "cifar10", "tensorflow", "64", "10000"],
    [3000, "cifar10", "tensorflow", "16", "10000"],
  ]);
  expect(await rowsOf("SELECT count(*)::INTEGER FROM run")).toEqual([[142]]);
  expect(await rowsOf("SELECT DISTINCT host FROM run WHERE NOT contains(host, ' cores (')")).toEqual([]);
  // Every step of a completed run has its loss.
  expect(
    await rowsOf(
      `SELECT run_id FROM run JOIN reading USING (run_id)
       WHERE probe = 'loss' AND stat = 'loss' AND status = 'completed' GROUP BY run_id, steps HAVING count(*) <> steps`,
    ),
  ).toEqual([]);
});

it("has BatchNorm train faster, as the paper says, in each of three seeds", async () => {
  const [c1] = await judgeClaims(store, SANTURKAR_2018, { only: ["C1"] });
  expect(c1).toMatchObject({ verdict: "reproduced", detail: "median of seeds 0, 1, 2" });
  for (const { passed, low, high, threshold, passes } of c1!.measures) {
    expect(passed).toBe(true);
    expect(passes === "at most" ? high! <= threshold : low! >= threshold).toBe(true);
  }
});
