import { expect, it } from "vitest";
import { runsCommand } from "../../../src/run/commands/runs.ts";
import { oneRunStore } from "../../fixtures/one-run-store.ts";
import { output } from "../../fixtures/output.ts";

it("lists runs, and says so when there are none", async () => {
  const path = await oneRunStore();
  const table = await output(runsCommand(), "--store", path);
  expect(table).toMatch(/run_id +experiment +arm +seed +status +steps +final_loss/);
  expect(table).toMatch(/run-1 +noisy-batchnorm +standard +0 +completed +100\/100 +1\.6513/);
  expect(table).toContain("2024-01-02 03:04:05  12.3 s");
  const json: unknown = JSON.parse(await output(runsCommand(), "--store", path, "--format", "json"));
  expect(json).toMatchObject([{ run_id: "run-1", steps: 100, final_loss: 1.651295, test_accuracy: null, took: 12.34 }]);
  expect(await output(runsCommand(), "--store", path, "--status", "failed", "--experiment", "x")).toBe(
    `No run of experiment x that is failed in ${path}.\n`,
  );
});
